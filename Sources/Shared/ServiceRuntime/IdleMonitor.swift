import JSONRPC
import Logging
import ServiceLifecycle

/// Ends the process when it has been idle for long enough: its `run` returns, and the group shuts down gracefully, so that a call
/// which arrives in this very moment is still answered or told to come again.
struct IdleMonitor: Service {
    var policy: IdleExitPolicy
    var activity: @Sendable () -> RPCActivity
    var journal: CallJournal
    /// Asked only when nothing else keeps the process.
    var hasWork: @Sendable () async -> Bool
    var logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await waitUntilIdle() }
        } catch is CancellationError {
            // Somebody else ends the process.
        }
    }

    private func waitUntilIdle() async throws {
        var restartedAt = ContinuousClock.now
        while true {
            switch policy.decide(observe(since: restartedAt)) {
            case .stay(let pause): try await Task.sleep(for: pause)
            case .leaveIfNoWork:
                if await !hasWork() {
                    logger.info("idle, leaving")
                    return
                }
                // Work counts as activity: the quiet time starts when it has ended.
                restartedAt = .now
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func observe(since start: ContinuousClock.Instant) -> IdleExitPolicy.Observation {
        let now = activity()
        var observation = IdleExitPolicy.Observation()
        observation.connections = now.connections
        observation.callsInFlight = now.callsInFlight
        observation.quiet = max(journal.lastCall, start).duration(to: .now)
        observation.onlyEmptyTicks = journal.onlyEmptyTicks
        return observation
    }
}
