@testable import Operator
import Processes
import ServiceRuntime
import Testing

@Suite("Supervised unit")
struct UnitStateTests {
    private let start = ContinuousClock.now

    @Test("who leaves with 0 is started by the next connection and not before")
    func idleExit() {
        var state = UnitState(isOnDemand: true, now: start)
        #expect(state.watchesListener)
        state.started(pid: 7, now: start)
        #expect(state.pid == 7)
        #expect(!state.watchesListener)
        state.ended(.exited(0), now: start + .seconds(30))
        #expect(state.watchesListener)
        #expect(!state.isDue(now: start + .seconds(3_600)))
    }

    @Test("who fails is started again within a second, for ever", arguments: [ProcessEnd.exited(1), .signalled(9)])
    func failure(end: ProcessEnd) {
        var (state, now) = (UnitState(isOnDemand: true, now: start), start)
        for round in 0..<200 {
            state.started(pid: 7, now: now)
            state.ended(end, now: now)
            #expect(!state.isDue(now: now), "round \(round): there is a rest")
            #expect(state.isDue(now: now + .seconds(1)), "round \(round): it is below a second")
            now += .seconds(1)
        }
    }

    @Test("a good run makes the next rest short again")
    func goodRun() {
        var (state, now) = (UnitState(isOnDemand: true, now: start), start)
        for _ in 0..<10 {
            state.started(pid: 7, now: now)
            state.ended(.exited(1), now: now)
            now += .seconds(1)
        }
        #expect(!state.isDue(now: now - .seconds(1) + UnitState.firstRest))
        state.started(pid: 7, now: now)
        now += UnitState.goodRun
        state.ended(.exited(1), now: now)
        #expect(state.isDue(now: now + UnitState.firstRest))
    }

    @Test("a unit without a listener is due at once and again when it leaves, even with 0")
    func always() {
        var state = UnitState(isOnDemand: false, now: start)
        #expect(state.isDue(now: start))
        state.started(pid: 7, now: start)
        state.ended(.exited(0), now: start)
        #expect(state.isDue(now: start + .seconds(1)))
        #expect(!state.watchesListener)
    }

    @Test("what cannot be started is tried again")
    func cannotStart() {
        var state = UnitState(isOnDemand: true, now: start)
        state.failedToStart(now: start)
        #expect(state.isDue(now: start + .seconds(1)))
    }

    @Test(
        "waitpid's status",
        arguments: [(0, ProcessEnd.exited(0)), (256, .exited(1)), (9, .signalled(9)), (139, .signalled(11))] as [(CInt, ProcessEnd)]
    )
    func status(status: CInt, expected: ProcessEnd) { #expect(ProcessEnd(waitStatus: status) == expected) }

    @Test("who calls others ends before those it calls; the database is last")
    func stages() {
        let order = ServiceName.allCases.sorted { ServiceUnits.stage($0) < ServiceUnits.stage($1) }
        #expect(order == [.gateway, .delivery, .tracking, .campaign, .audience])
    }
}
