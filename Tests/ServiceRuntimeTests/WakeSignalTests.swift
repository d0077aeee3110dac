import ServiceRuntime
import Testing

@Suite("Wake signal", .timeLimit(.minutes(1)))
struct WakeSignalTests {
    @Test("many rings before a look are one ring")
    func coalesced() async {
        let signal = WakeSignal()
        for _ in 0..<5 { signal.wake() }
        #expect(await signal.wait(atMost: .seconds(60)))
        #expect(await !signal.wait(atMost: .milliseconds(1)))
    }

    @Test("a waiting loop is woken")
    func woken() async {
        let signal = WakeSignal()
        async let answer = signal.wait(atMost: .seconds(60))
        signal.wake()
        #expect(await answer)
    }

    @Test("no ring is lost between waiting and running out of time")
    func notLost() async {
        let signal = WakeSignal()
        for _ in 0..<300 {
            async let waiting = signal.wait(atMost: .microseconds(50))
            signal.wake()
            if await !waiting { #expect(await signal.wait(atMost: .seconds(60))) }
        }
    }

    @Test("a cancelled task stops waiting")
    func cancelled() async {
        let signal = WakeSignal()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
            #expect(await group.next() == false)
        }
        signal.wake()
        #expect(await signal.wait(), "the ring belongs to the next waiter")
    }

    @Test("back-off doubles to its last value and starts again")
    func backoff() {
        var backoff = Backoff(first: .milliseconds(50), last: .milliseconds(150))
        let pauses = (0..<4).map { _ in backoff.advance() }
        #expect(pauses == [.milliseconds(50), .milliseconds(100), .milliseconds(150), .milliseconds(150)])
        backoff.reset()
        let first = backoff.advance()
        #expect(first == .milliseconds(50))
    }
}
