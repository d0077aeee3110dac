import NIOCore
import Synchronization

/// The HTTP connections that are open: counted for idle exit, told to finish on shutdown.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isQuiescing = false
        var lastActivity = ContinuousClock.now
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.channels.count } }
    var isQuiescing: Bool { state.withLock { $0.isQuiescing } }
    var lastActivity: ContinuousClock.Instant { state.withLock { $0.lastActivity } }

    func add(_ channel: any Channel) {
        state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            state.lastActivity = .now
        }
    }

    func remove(_ channel: any Channel) { state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) } }

    func touch() { state.withLock { $0.lastActivity = .now } }

    /// From now on every answer is the last of its connection.
    func beginQuiescing() { state.withLock { $0.isQuiescing = true } }

    /// Idle connections close now, busy ones after their answer.
    func quiesce() {
        let open = state.withLock { Array($0.channels.values) }
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }
}
