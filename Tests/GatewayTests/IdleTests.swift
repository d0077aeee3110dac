import Synchronization
import Testing
import Tokens

@testable import Gateway
@testable import JSONRPC
@testable import ServiceRuntime

@Suite("The gateway stays while it is visited", .timeLimit(.minutes(1)))
struct IdleTests {
    /// Time that passes when the test says so.
    final class Clock: Sendable {
        private let begun = ContinuousClock.now
        private let passed = Mutex(Duration.zero)
        var now: ContinuousClock.Instant { begun + passed.withLock { $0 } }
        func advance(by duration: Duration) { passed.withLock { $0 += duration } }
    }

    @Test("HTTP requests on connections of their own, each just before the idle limit, keep it; the limit after the last one ends it")
    func visits() async throws {
        let clock = Clock()
        let connections = OpenConnections(now: { clock.now })
        try await TestGateway.run(connections: connections) { (gateway) async throws in
            let begun = clock.now
            let monitor = Self.monitor(clock, connections)
            for path in ["/health/", gateway.path(.open), gateway.clickPath("https://example.com/"), "/nowhere"] {
                clock.advance(by: .seconds(29))
                _ = try await gateway.get(path)
                try await Self.untilClosed(connections)
                clock.advance(by: .seconds(29))
                #expect(monitor.policy.decide(monitor.observe(since: begun)) == .stay(lookAgainAfter: .milliseconds(250)), "\(path)")
            }
            clock.advance(by: .seconds(1))
            #expect(monitor.policy.decide(monitor.observe(since: begun)) == .leaveIfNoWork)
        }
    }

    @Test("a visit is more than ticks that found nothing: such a process does not leave at once")
    func ticksBetweenVisits() async throws {
        let clock = Clock()
        let connections = OpenConnections(now: { clock.now })
        try await TestGateway.run(connections: connections) { (gateway) async throws in
            let monitor = Self.monitor(clock, connections)
            monitor.journal.noteEmptyTick()
            #expect(monitor.policy.decide(monitor.observe(since: clock.now)) == .leaveIfNoWork)
            _ = try await gateway.get("/health/")
            try await Self.untilClosed(connections)
            monitor.journal.noteEmptyTick()
            #expect(monitor.policy.decide(monitor.observe(since: clock.now)) != .leaveIfNoWork)
        }
    }

    private static func monitor(_ clock: Clock, _ connections: OpenConnections) -> IdleMonitor {
        IdleMonitor(
            policy: IdleExitPolicy(idleAfter: .seconds(30)),
            activity: { RPCActivity(connections: 0, callsInFlight: 0, lastActivity: clock.now) },
            journal: CallJournal(),
            lastActivity: { connections.lastActivity },
            hasWork: { false },
            logger: SpoolTests.logger,
            now: { clock.now }
        )
    }

    private static func untilClosed(_ connections: OpenConnections) async throws {
        while connections.count > 0 { await Task.yield() }
    }
}
