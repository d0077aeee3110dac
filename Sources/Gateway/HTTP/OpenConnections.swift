import NIOCore
import Synchronization

/// The HTTP connections that are open: counted for idle exit, told to finish on shutdown.
final class OpenConnections: Sendable {
    static let maximum = 1_024

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isQuiescing = false
        var isAccepting = true
        var lastActivity: ContinuousClock.Instant?
        var whenFinished: (@Sendable () -> Void)?
    }

    private let maximum: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(maximum: Int = maximum, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.maximum = maximum
        self.now = now
    }

    var count: Int { state.withLock { $0.channels.count } }
    var isQuiescing: Bool { state.withLock { $0.isQuiescing } }

    /// When a connection last came, was answered or ended; nil before the first.
    var lastActivity: ContinuousClock.Instant? { state.withLock { $0.lastActivity } }

    /// Keeps the channel until it closes; false when there are as many as may be.
    func add(_ channel: any Channel) -> Bool {
        let isAdded = state.withLock { state in
            guard state.channels.count < maximum else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            state.lastActivity = now()
            return true
        }
        if isAdded { channel.closeFuture.whenComplete { _ in self.remove(channel) } }
        return isAdded
    }

    private func remove(_ channel: any Channel) {
        state.withLock { state in
            state.channels.removeValue(forKey: ObjectIdentifier(channel))
            state.lastActivity = now()
        }
        finishIfDone()
    }

    /// Something was answered.
    func touch() { state.withLock { $0.lastActivity = now() } }

    /// Called once, when no connection is open and none will be accepted.
    func whenFinished(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenFinished = body } }

    /// The listener is closed.
    func stopAccepting() {
        state.withLock { $0.isAccepting = false }
        finishIfDone()
    }

    private func finishIfDone() {
        let body = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isAccepting, state.channels.isEmpty else { return nil }
            defer { state.whenFinished = nil }
            return state.whenFinished
        }
        body?()
    }

    /// From now on every answer is the last of its connection.
    func beginQuiescing() { state.withLock { $0.isQuiescing = true } }

    /// Idle connections close now, busy ones after their answer.
    func quiesce() {
        let open = state.withLock { Array($0.channels.values) }
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    /// Closes them at once.
    func closeAll() {
        let open = state.withLock { Array($0.channels.values) }
        for channel in open { channel.close(promise: nil) }
    }
}
