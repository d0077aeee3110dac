import Foundation

/// An answer as it came over the wire.
struct WireReply: Sendable {
    var status = 0
    /// Lower-case names.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

struct WireFault: Error, CustomStringConvertible {
    var description: String
}

/// A blocking HTTP/1.1 connection, so that tests see exactly the bytes.
///
/// Used by one thread.
final class WireConnection {
    private let descriptor: CInt
    private var held: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = ListeningSocket.loopback(port)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else {
            close(descriptor)
            throw WireFault(description: "connect: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { throw WireFault(description: "send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// The next answer; nil when the server closed before its first byte.
    func reply(isHead: Bool = false) throws -> WireReply? {
        while true {
            if let end = Self.headEnd(in: held) {
                var reply = try Self.head(held[..<end])
                held.removeFirst(end + 4)
                if !isHead, reply.header("transfer-encoding") == "chunked" {
                    reply.body = try chunks()
                    return reply
                }
                let length = isHead ? 0 : reply.header("content-length").flatMap(Int.init) ?? 0
                while held.count < length { guard try receive() else { throw WireFault(description: "the body is cut") } }
                reply.body = Array(held.prefix(length))
                held.removeFirst(length)
                return reply
            }
            guard try receive() else {
                guard held.isEmpty else { throw WireFault(description: "the head is cut") }
                return nil
            }
        }
    }

    /// A body in chunks (RFC 9112 section 7.1), to its end.
    private func chunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            while !held.contains(0x0A) { guard try receive() else { throw WireFault(description: "a chunk is cut") } }
            let line = held.prefix { $0 != 0x0D }
            guard let size = Int(String(decoding: line, as: UTF8.self), radix: 16) else { throw WireFault(description: "no chunk size") }
            let whole = line.count + 2 + size + 2
            while held.count < whole { guard try receive() else { throw WireFault(description: "a chunk is cut") } }
            body += held[(line.count + 2)..<(line.count + 2 + size)]
            held.removeFirst(whole)
            if size == 0 { return body }
        }
    }

    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw WireFault(description: "recv: \(String(cString: strerror(errno)))") }
        held += chunk.prefix(count)
        return count > 0
    }

    private static func headEnd(in bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }
    }

    private static func head(_ bytes: ArraySlice<UInt8>) throws -> WireReply {
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw WireFault(description: "no status line")
        }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        return WireReply(status: status, headers: headers)
    }
}

/// A listening socket on a free loopback port, as an init system would hand it over: it takes connections before anybody serves it.
struct ListeningSocket {
    let descriptor: CInt
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let outcome = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && listen(descriptor, 512) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard outcome else { throw WireFault(description: "listen: \(String(cString: strerror(errno)))") }
        port = UInt16(bigEndian: address.sin_port)
    }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// Runs blocking code on a thread that nobody else waits for.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
