import Readiness
import Synchronization
import Testing

@Suite("EventThread timers", .timeLimit(.minutes(1))) struct EventTimerTests {
    let thread = EventThread.shared

    @Test("a timer is never early") func notEarly() async {
        let clock = ContinuousClock()
        for delay in [Duration.zero, .microseconds(300), .milliseconds(3), .milliseconds(20)] {
            let begin = clock.now
            await withCheckedContinuation { done in thread.schedule(after: delay) { done.resume() } }
            #expect(clock.now - begin >= delay)
        }
    }

    @Test("timers run by deadline, whatever the order in which they were made") func order() async {
        let seen = Box(Mutex<[Int]>([]))
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            // Made on the thread itself, so that none is due before the last is made.
            thread.execute {
                for number in [5, 1, 4, 2, 3] {
                    EventThread.shared.schedule(after: .milliseconds(number * 2)) { seen.value.withLock { $0.append(number) } }
                }
                EventThread.shared.schedule(after: .milliseconds(11)) { done.resume() }
            }
        }
        #expect(seen.value.withLock { $0 } == [1, 2, 3, 4, 5])
    }

    @Test("a cancelled timer does not run, and cancelled ones do not pile up") func cancelled() async {
        let ran = Box(Mutex(0))
        for _ in 0..<10_000 {
            let id = thread.schedule(after: .milliseconds(1_000)) { ran.value.withLock { $0 += 1 } }
            thread.cancel(id)
        }
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            thread.execute {
                let id = EventThread.shared.schedule(after: .zero) { ran.value.withLock { $0 += 1 } }
                EventThread.shared.cancel(id)
                EventThread.shared.schedule(after: .milliseconds(2)) { done.resume() }
            }
        }
        #expect(ran.value.withLock { $0 } == 0)
    }

    @Test("negative and endless delays are taken") func extremes() async {
        await withCheckedContinuation { done in thread.schedule(after: .seconds(-5)) { done.resume() } }
        let id = thread.schedule(after: .seconds(Int64.max)) { Issue.record("an endless delay ended") }
        await withCheckedContinuation { done in thread.schedule(after: .milliseconds(1)) { done.resume() } }
        thread.cancel(id)
    }
}
