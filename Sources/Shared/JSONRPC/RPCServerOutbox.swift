import NIOCore
import Synchronization

/// Where the tasks of a connection get calls and leave answers; wakes the event loop once for many.
final class RPCServerOutbox: Sendable {
    struct Finished: Sendable {
        var serial: Int
        var answer: [UInt8]
    }

    private struct State {
        var finished: [Finished] = []
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop
    private let connection: NIOLoopBound<RPCServerConnection>

    init(_ connection: RPCServerConnection, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    }

    /// The next call to begin; nil on every other thread, because a handler that has waited is not followed by another.
    func next() -> (serial: Int, call: RPCDispatcher.Call)? {
        guard eventLoop.inEventLoop else { return nil }
        return connection.value.ready.take().map { ($0.serial, $0.call) }
    }

    func finish(_ serial: Int, _ answer: [UInt8]) {
        if eventLoop.inEventLoop, connection.value.takeAtOnce(serial, answer) { return }
        let mustSchedule = state.withLock { state in
            state.finished.append(Finished(serial: serial, answer: answer))
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { eventLoop.execute { self.connection.value.takeFinished() } }
    }

    func take() -> [Finished] {
        state.withLock { state in
            defer {
                state.finished = []
                state.isScheduled = false
            }
            return state.finished
        }
    }
}
