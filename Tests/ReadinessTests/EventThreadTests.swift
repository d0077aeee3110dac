import Glibc
import Readiness
import Synchronization
import Testing

@Suite("EventThread", .timeLimit(.minutes(1))) struct EventThreadTests {
    let thread = EventThread.shared

    @Test("bodies run on the thread, in the order in which they came") func order() async {
        let seen = await withCheckedContinuation { (done: CheckedContinuation<[Int], Never>) in
            let seen = Mutex<[Int]>([])
            let box = Box(seen)
            for number in 0..<1_000 {
                thread.execute {
                    #expect(EventThread.shared.isCurrent)
                    box.value.withLock { $0.append(number) }
                }
            }
            thread.execute { done.resume(returning: box.value.withLock { $0 }) }
        }
        #expect(seen == Array(0..<1_000))
        #expect(!thread.isCurrent)
    }

    @Test("no wake-up is lost between many callers") func wakeUps() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<500 {
                        await withCheckedContinuation { done in EventThread.shared.execute { done.resume() } }
                    }
                }
            }
        }
    }

    @Test("a readable descriptor calls its handler until it is drained") func readable() async throws {
        let pair = try SocketPair()
        let (bytes, arrived) = AsyncStream.makeStream(of: UInt8.self)
        try thread.register(descriptor: pair.near, interest: .read) { ready in
            #expect(ready == .read)
            var byte: UInt8 = 0
            if read(pair.near, &byte, 1) == 1 { arrived.yield(byte) }
        }
        var three: [UInt8] = [1, 2, 3]
        #expect(write(pair.far, &three, 3) == 3)
        var iterator = bytes.makeAsyncIterator()
        for expected in three { #expect(await iterator.next() == expected) }
        thread.unregister(descriptor: pair.near)
    }

    @Test("write interest is reported only while it is asked for") func writable() async throws {
        let pair = try SocketPair()
        let (events, arrived) = AsyncStream.makeStream(of: Interest.self)
        try thread.register(descriptor: pair.near, interest: .read) { ready in
            if ready.contains(.write) { try? EventThread.shared.modify(descriptor: pair.near, interest: []) }
            arrived.yield(ready)
        }
        try thread.modify(descriptor: pair.near, interest: [.read, .write])
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .write)
        try thread.modify(descriptor: pair.near, interest: .read)
        var byte: UInt8 = 7
        #expect(write(pair.far, &byte, 1) == 1)
        #expect(await iterator.next() == .read)
        thread.unregister(descriptor: pair.near)
    }

    @Test("a closed peer is reported as ready, and not at all without interest") func hangUp() async throws {
        let pair = try SocketPair()
        let (events, arrived) = AsyncStream.makeStream(of: Interest.self)
        try thread.register(descriptor: pair.near, interest: []) { ready in
            arrived.yield(ready)
            EventThread.shared.unregister(descriptor: pair.near)
        }
        pair.closeFar()
        await withCheckedContinuation { done in thread.schedule(after: .milliseconds(5)) { done.resume() } }
        try thread.modify(descriptor: pair.near, interest: .write)
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .write)
    }

    @Test("events of a closed descriptor never reach the one that got its number") func reusedNumber() async throws {
        // On the event thread nothing is dispatched meanwhile: the second registration takes the number while events of the first may wait.
        for _ in 0..<50 {
            let first = try SocketPair()
            var byte: UInt8 = 1
            #expect(write(first.far, &byte, 1) == 1)
            try thread.register(descriptor: first.near, interest: .read) { _ in
                var drained: UInt8 = 0
                _ = recv(first.near, &drained, 1, CInt(MSG_DONTWAIT))
            }
            let wrong = await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
                thread.execute {
                    let called = Box(Mutex(false))
                    let other = try? SocketPair()
                    guard let other, dup2(other.near, first.near) == first.near else { return done.resume(returning: true) }
                    do {
                        try EventThread.shared.register(descriptor: first.near, interest: .read) { _ in called.value.withLock { $0 = true }
                        }
                    } catch { return done.resume(returning: true) }
                    EventThread.shared.schedule(after: .milliseconds(1)) {
                        EventThread.shared.unregister(descriptor: first.near)
                        withExtendedLifetime(other) {}
                        done.resume(returning: called.value.withLock { $0 })
                    }
                }
            }
            #expect(!wrong)
        }
    }

    @Test("a descriptor that cannot be watched is refused") func refused() throws {
        #expect(throws: ReadinessError.self) { try thread.register(descriptor: -5, interest: .read) { _ in } }
        #expect(throws: ReadinessError.self) { try thread.modify(descriptor: 1_000_000, interest: .read) }
        thread.unregister(descriptor: 1_000_000)
    }
}
