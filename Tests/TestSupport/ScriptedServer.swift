import Foundation
import Glibc
import Synchronization
import Testing

/// A TCP server on loopback that treats each connection as the test says, on a thread of its own.
package final class ScriptedServer: Sendable {
    package let port: UInt16
    private let listener: CInt
    private let counters = Mutex(Counters())

    private struct Counters {
        var connections = 0
        var bodies: [[UInt8]] = []
        var isClosed = false
    }

    /// The script gets the server, the connection, and the connection's number from 0.
    package init(_ script: @escaping @Sendable (ScriptedServer, ScriptedConnection, Int) -> Void) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 256) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            // Closed here and nowhere else: in another thread's hands the number could be a new socket of somebody else's by the next `accept`.
            defer { Glibc.close(listener) }
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                guard let self else {
                    Glibc.close(descriptor)
                    return
                }
                let number = self.counters.withLock { counters in
                    defer { counters.connections += 1 }
                    return counters.connections
                }
                Thread.detachNewThread { script(self, ScriptedConnection(descriptor), number) }
            }
        }
    }

    deinit { close() }

    package var url: String { "http://127.0.0.1:\(port)/" }
    package var connectionCount: Int { counters.withLock { $0.connections } }
    package var bodies: [[UInt8]] { counters.withLock { $0.bodies } }

    package func record(_ body: [UInt8]) { counters.withLock { $0.bodies.append(body) } }

    /// Refuses further connections.
    package func close() {
        let isFirst = counters.withLock { counters in
            defer { counters.isClosed = true }
            return !counters.isClosed
        }
        if isFirst { shutdown(listener, CInt(SHUT_RDWR)) }
    }
}

/// One accepted connection, closed with the value.
package final class ScriptedConnection: Sendable {
    private let descriptor: CInt
    private let unread = Mutex([UInt8]())

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits until there is something to read, without reading it.
    package func awaitBytes() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, 30_000)
    }

    /// More bytes; empty at the end.
    package func read() -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return Array(chunk.prefix(max(0, count)))
    }

    /// At least `count` bytes in all.
    package func read(count: Int) {
        var total = 0
        while total < count {
            let bytes = read()
            guard !bytes.isEmpty else { return }
            total += bytes.count
        }
    }

    /// The next line without its end; nil at the end of the connection.
    package func readLine() -> String? {
        unread.withLock { unread in
            while true {
                if let end = unread.firstIndex(of: 0x0A) {
                    var line = unread[..<end]
                    unread = Array(unread[(end + 1)...])
                    if line.last == 0x0D { line.removeLast() }
                    return String(decoding: line, as: UTF8.self)
                }
                let more = read()
                guard !more.isEmpty else { return nil }
                unread += more
            }
        }
    }

    /// A whole request: its head's lines and its body; nil at the end of the connection.
    package func readRequest() -> (head: [String], body: [UInt8])? {
        var head: [String] = []
        while let line = readLine(), !line.isEmpty { head.append(line) }
        guard !head.isEmpty else { return nil }
        let field = head.first { $0.lowercased().hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        return unread.withLock { unread in
            while unread.count < length {
                let more = read()
                guard !more.isEmpty else { return nil }
                unread += more
            }
            let body = Array(unread.prefix(length))
            unread.removeFirst(length)
            return (head, body)
        }
    }

    package func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    package func respond(_ body: String = "", status: String = "200 OK") {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Makes the closing a reset.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Keeps the connection open until the other side closes it.
    package func holdOpen() { while !read().isEmpty {} }
}
