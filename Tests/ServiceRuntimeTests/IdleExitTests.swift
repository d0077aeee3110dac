import Contracts
@testable import JSONRPC
import Logging
@testable import ServiceRuntime
import Synchronization
import Testing

@Suite("Idle exit")
struct IdleExitTests {
    private func decide(
        idleAfter: Duration? = .seconds(30),
        connections: Int = 0,
        calls: Int = 0,
        quiet: Duration = .zero,
        onlyEmptyTicks: Bool = false
    ) -> IdleExitPolicy.Decision {
        var observation = IdleExitPolicy.Observation()
        observation.connections = connections
        observation.callsInFlight = calls
        observation.quiet = quiet
        observation.onlyEmptyTicks = onlyEmptyTicks
        return IdleExitPolicy(idleAfter: idleAfter).decide(observation)
    }

    @Test("leaves when nothing was there for the whole time, not before")
    func time() {
        #expect(decide(quiet: .seconds(30)) == .leaveIfNoWork)
        #expect(decide(quiet: .milliseconds(29_999)) != .leaveIfNoWork)
        #expect(decide(quiet: .milliseconds(29_900)) == .stay(lookAgainAfter: .milliseconds(100)))
    }

    @Test("an open connection or a call in flight keeps it, however long")
    func busy() {
        #expect(decide(connections: 1, quiet: .seconds(3_600)) != .leaveIfNoWork)
        #expect(decide(calls: 1, quiet: .seconds(3_600)) != .leaveIfNoWork)
        #expect(decide(connections: 1, quiet: .seconds(3_600), onlyEmptyTicks: true) != .leaveIfNoWork)
    }

    @Test("who was only ticked for nothing leaves at once")
    func tick() { #expect(decide(quiet: .zero, onlyEmptyTicks: true) == .leaveIfNoWork) }

    @Test("no time set is never")
    func never() {
        #expect(decide(idleAfter: nil, quiet: .seconds(1_000_000), onlyEmptyTicks: true) == .stay(lookAgainAfter: .seconds(60)))
    }

    @Test("a tick that found nothing is no activity; any other call and a tick that found work are")
    func journal() async throws {
        let due = Mutex(0)
        let journal = CallJournal()
        var methods = RPCMethodTable()
        methods.on(AudienceTick.self) { _, _ in TickReport(due: due.withLock { $0 }) }
        methods.on(AudienceVerify.self) { _, _ in VerifyReport(mismatches: [], outboxPending: 0, checked: 0) }
        let caller = InProcessCaller(CallObserver(journal: journal).observing(methods))
        let start = journal.lastCall
        #expect(!journal.onlyEmptyTicks, "a process that nobody called waits for its caller")
        _ = try await caller.call(AudienceTick())
        #expect(journal.onlyEmptyTicks)
        #expect(journal.lastCall == start)
        due.withLock { $0 = 2 }
        _ = try await caller.call(AudienceTick())
        #expect(!journal.onlyEmptyTicks)
        #expect(journal.lastCall > start)
        let worked = journal.lastCall
        _ = try await caller.call(AudienceVerify())
        #expect(journal.lastCall > worked)
    }

    @Test("work keeps an idle process until it is done", .timeLimit(.minutes(1)))
    func work() async throws {
        let asked = Mutex(0)
        let monitor = IdleMonitor(
            policy: IdleExitPolicy(idleAfter: .milliseconds(1)),
            activity: { RPCActivity(connections: 0, callsInFlight: 0, lastActivity: .now) },
            journal: CallJournal(),
            hasWork: {
                asked.withLock {
                    $0 += 1
                    return $0 < 3
                }
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await monitor.run()
        #expect(asked.withLock { $0 } == 3)
    }
}
