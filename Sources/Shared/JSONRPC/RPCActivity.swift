import Synchronization

/// How busy a server is; what idle exit looks at.
package struct RPCActivity: Sendable {
    package var connections: Int
    package var callsInFlight: Int
    /// The last moment when a connection or a call began or ended.
    package var lastActivity: ContinuousClock.Instant
    /// Calls begun since the server exists.
    package var callsBegun: UInt64 = 0
}

/// Counts connections and calls across the event loops.
final class RPCActivityTracker: Sendable {
    private let activity = Mutex(RPCActivity(connections: 0, callsInFlight: 0, lastActivity: .now))

    var snapshot: RPCActivity { activity.withLock { $0 } }

    /// Counts a connection unless there are `maximum` already.
    func connectionOpened(maximum: Int) -> Bool {
        activity.withLock {
            $0.lastActivity = .now
            guard $0.connections < maximum else { return false }
            $0.connections += 1
            return true
        }
    }

    func connectionClosed() {
        activity.withLock {
            $0.connections -= 1
            $0.lastActivity = .now
        }
    }

    func begun(_ calls: Int) {
        activity.withLock {
            $0.callsInFlight += calls
            $0.callsBegun &+= UInt64(calls)
            $0.lastActivity = .now
        }
    }

    func ended(_ calls: Int) {
        activity.withLock {
            $0.callsInFlight -= calls
            $0.lastActivity = .now
        }
    }
}
