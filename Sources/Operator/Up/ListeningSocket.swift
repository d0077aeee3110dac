import Foundation
import ServiceRuntime

/// A listening socket that is handed to a service again and again.
struct ListeningSocket: Sendable {
    var descriptor: CInt
    /// The real port of a TCP socket.
    var port = 0

    /// Above what the sockets become in a child, so that one is never overwritten by another.
    private static let lowestDescriptor: CInt = 64

    /// Binds a Unix socket that the owner and the group may use; replaces what a dead process left.
    static func unix(path: String) throws -> ListeningSocket {
        guard var address = UnixAddress(path) else { throw CommandFailure("\(path) is too long for a socket") }
        let descriptor = try make(AF_UNIX)
        unlink(path)
        guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0, chmod(path, 0o660) == 0, listen(descriptor, 4_096) == 0 else {
            throw CommandFailure("\(path) cannot be bound: \(String(cString: strerror(errno)))")
        }
        return ListeningSocket(descriptor: descriptor)
    }

    /// Binds an IPv4 or IPv6 address; the port 0 takes a free one.
    static func tcp(_ address: HostAndPort) throws -> ListeningSocket {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let info = found else {
            throw CommandFailure("\(address.host) is not an address of this machine")
        }
        defer { freeaddrinfo(found) }
        let descriptor = try make(info.pointee.ai_family)
        var one: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        guard bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0, listen(descriptor, 4_096) == 0 else {
            throw CommandFailure("cannot listen on \(address): \(String(cString: strerror(errno)))")
        }
        return ListeningSocket(descriptor: descriptor, port: try port(of: descriptor))
    }

    private static func make(_ family: CInt) throws -> CInt {
        let first = socket(family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard first >= 0 else { throw CommandFailure("no socket: \(String(cString: strerror(errno)))") }
        defer { close(first) }
        let descriptor = fcntl(first, F_DUPFD_CLOEXEC, lowestDescriptor)
        guard descriptor >= 0 else { throw CommandFailure("no descriptor: \(String(cString: strerror(errno)))") }
        return descriptor
    }

    private static func port(of descriptor: CInt) throws -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { throw CommandFailure("no port: \(String(cString: strerror(errno)))") }
        // sin_port and sin6_port stand at the same place.
        return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }
}
