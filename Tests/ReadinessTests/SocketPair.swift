import Glibc
import Synchronization

/// Two connected non-blocking sockets, closed with the value.
final class SocketPair: Sendable {
    struct Failure: Error {}

    let near: CInt
    private let farEnd: Mutex<CInt>

    init() throws {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0 else { throw Failure() }
        near = ends[0]
        farEnd = Mutex(ends[1])
    }

    var far: CInt { farEnd.withLock { $0 } }

    func closeFar() {
        farEnd.withLock { end in
            close(end)
            end = -1
        }
    }

    deinit {
        close(near)
        let end = far
        if end >= 0 { close(end) }
    }
}

/// Shares a value that cannot be copied.
final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}
