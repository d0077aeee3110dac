import JSONRPC
import Logging
import ServiceLifecycle

/// Ends the process when it has been idle for long enough: its `run` returns, and the group shuts down gracefully, so that a call
/// which arrives in this very moment is still answered or told to come again.
struct IdleMonitor: Service {
    var policy: IdleExitPolicy
    var activity: @Sendable () -> RPCActivity
    var journal: CallJournal
    /// When something other than a call last happened; nil before the first.
    var lastActivity: @Sendable () -> ContinuousClock.Instant? = { nil }
    /// Asked only when nothing else keeps the process.
    var hasWork: @Sendable () async -> Bool
    var logger: Logger
    var now: @Sendable () -> ContinuousClock.Instant = { .now }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await waitUntilIdle() }
        } catch is CancellationError {
            // Somebody else ends the process.
        }
    }

    private func waitUntilIdle() async throws {
        var restartedAt = now()
        while true {
            switch policy.decide(observe(since: restartedAt)) {
            case .stay(let pause): try await Task.sleep(for: pause)
            case .leaveIfNoWork:
                if await !hasWork() {
                    logger.info("idle, leaving")
                    return
                }
                // Work counts as activity: the quiet time starts when it has ended.
                restartedAt = now()
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// - Parameter start: the quiet time begins then at the earliest.
    func observe(since start: ContinuousClock.Instant) -> IdleExitPolicy.Observation {
        let calls = activity()
        let other = lastActivity()
        var observation = IdleExitPolicy.Observation()
        observation.connections = calls.connections
        observation.callsInFlight = calls.callsInFlight
        observation.quiet = max(journal.lastCall, start, other ?? start).duration(to: now())
        observation.onlyEmptyTicks = journal.onlyEmptyTicks && other == nil
        return observation
    }
}
