import Glibc
import Testing

/// A socket of the test's own, closed with the value.
final class UnixSocket: Sendable {
    let descriptor: CInt
    let path: String

    /// A stream socket that listens if asked to, or a datagram socket, bound to a fresh path.
    init(datagram: Bool = false, listening: Bool = true) throws {
        path = "/tmp/systemd-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        descriptor = socket(AF_UNIX, CInt(datagram ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        if !datagram, listening { try #require(listen(descriptor, 4) == 0) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next datagram.
    func receive() -> String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
