import JSONRPC
import Postgres
@testable import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("Outbox", .database(OutboxFixture.sender, OutboxFixture.receiver), .timeLimit(.minutes(1)))
struct OutboxTests {
    let outbox = Outbox(schema: "campaign")

    private func pool(_ role: String = "datamailer_campaign") throws -> PostgresPool {
        try #require(TestDatabase.current).pool(asRole: role)
    }

    private func add(_ texts: [String], to destination: ServiceName = .audience, _ pool: PostgresPool) async throws {
        try await pool.transaction { transaction in
            for text in texts { try await outbox.add(Note(text: text), to: destination, in: transaction) }
        }
    }

    @Test("items go in order for each destination, under the key <schema>:<id>, and leave the table")
    func order() async throws {
        let pool = try pool()
        let texts = (0..<80).map { "item \($0)" }
        for text in texts {
            try await add([text], to: .audience, pool)
            try await add([text], to: .delivery, pool)
        }
        let received: [ServiceName: Calls] = [.audience: Calls(), .delivery: Calls()]
        let pusher = OutboxFixture.pusher(outbox, pool) { name in
            OutboxFixture.caller { note, key in
                received[name]?.add(note.text, key)
                return RecordedNote(length: 0)
            }
        }
        #expect(try await pusher.session())
        #expect(received[.audience]?.texts == texts)
        #expect(received[.delivery]?.texts == texts)
        #expect(received[.audience]?.keys == (0..<80).map { "campaign:\($0 * 2 + 1)" })
        #expect(try await outbox.pendingCount(pool) == 0)
        #expect(await !pusher.hasWork())
    }

    @Test("a change that is rolled back sends no news")
    func rollback() async throws {
        let pool = try pool()
        await #expect(throws: BrokenReceiver.self) {
            try await pool.transaction { transaction in
                try await outbox.add(Note(text: "never"), to: .audience, in: transaction)
                throw BrokenReceiver()
            }
        }
        #expect(try await outbox.pendingCount(pool) == 0)
    }

    @Test("a receiver that fails after the effect applies each item once")
    func failureAfterEffect() async throws {
        let (pool, receiver, calls) = (try pool(), try pool("datamailer_audience"), Calls())
        try await add(["a", "b", "c"], pool)
        let caller = OutboxFixture.storingCaller(calls, receiver, failsAfterFirst: true)
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in caller }
        #expect(try await pusher.session())
        #expect(calls.texts == ["a", "a", "b", "b", "c", "c"])
        #expect(try await receiver.run(AllNotes()) == ["a", "b", "c"])
    }

    @Test("a sender that died between the call and the deletion repeats the call, and it is applied once")
    func deathAfterCall() async throws {
        let (pool, receiver, calls) = (try pool(), try pool("datamailer_audience"), Calls())
        try await add(["a", "b"], pool)
        let caller = OutboxFixture.storingCaller(calls, receiver)
        // The sender that died had made both calls.
        for (id, text) in [(1, "a"), (2, "b")] { _ = try await caller.call(Note(text: text), idempotencyKey: "campaign:\(id)") }
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in caller }
        #expect(try await pusher.session())
        #expect(calls.texts == ["a", "b", "a", "b"])
        #expect(try await receiver.run(AllNotes()) == ["a", "b"])
    }

    @Test("an item that commits after a later one is not passed over")
    func lateCommit() async throws {
        let (pool, calls) = (try pool(), Calls())
        let caller = OutboxFixture.caller { note, key in
            calls.add(note.text, key)
            return RecordedNote(length: 0)
        }
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in caller }
        try await pool.transaction { early in
            try await outbox.add(Note(text: "early"), to: .audience, in: early)
            try await add(["late"], pool)
            #expect(try await pusher.session())
            #expect(calls.texts == ["late"])
        }
        #expect(try await pusher.session())
        #expect(calls.texts == ["late", "early"])
        #expect(calls.keys == ["campaign:2", "campaign:1"])
    }

    @Test("while the destination is away an item stays, and it goes when the destination is back")
    func away() async throws {
        let pool = try pool()
        try await add(["patient"], pool)
        let attempts = Mutex(0)
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in
            AwayCaller(failures: 40) {
                attempts.withLock {
                    $0 += 1
                    return $0
                }
            }
        }
        #expect(try await pusher.session())
        // More failures than refusals are allowed: being away never moves an item aside.
        #expect(attempts.withLock { $0 } == 41)
        #expect(try await outbox.pendingCount(pool) == 0)
    }

    @Test("an item that its destination declines is moved aside at once with the reason, and the next goes")
    func declined() async throws {
        let (pool, calls) = (try pool(), Calls())
        try await add(["poison", "good"], pool)
        let caller = OutboxFixture.caller { note, key in
            calls.add(note.text, key)
            if note.text == "poison" { throw Note.Failure.unwanted }
            return RecordedNote(length: 0)
        }
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in caller }
        #expect(try await pusher.session())
        #expect(calls.texts == ["poison", "good"])
        #expect(try await outbox.pendingCount(pool) == 0, "nobody waits for it any more")
        #expect(try await outbox.deadItems(pool) == ["outbox item 1 (audience.note) was refused: declared failure unwanted"])
        #expect(await !pusher.hasWork(), "an item that cannot go must not keep the process up")
    }

    @Test("an item that is refused again and again is moved aside, stays visible, and lets the next go")
    func poison() async throws {
        let (pool, calls) = (try pool(), Calls())
        outbox.declare(Note.self)
        let attempts = Mutex(0)
        try await add(["poison", "good"], pool)
        let caller = OutboxFixture.caller { note, key in
            calls.add(note.text, key)
            return RecordedNote(length: 0)
        }
        let pusher = OutboxFixture.pusher(outbox, pool) { _ in
            RefusingCaller(caller) { attempts.withLock { $0 += 1 } }
        }
        #expect(try await pusher.session())
        #expect(attempts.withLock { $0 } == 20 && calls.texts == ["good"])
        #expect(try await outbox.deadItems(pool) == ["outbox item 1 (audience.note) was refused: -32602 no"])
    }

    @Test("a result is taken in the transaction that deletes the item")
    func results() async throws {
        let pool = try pool()
        let attempts = Mutex(0)
        try await add(["12345"], pool)
        let caller = OutboxFixture.caller { note, _ in RecordedNote(length: note.text.count) }
        let pusher = OutboxFixture.pusher(outbox, pool) { method, params, result, transaction in
            #expect(method == "audience.note")
            #expect(params.text == #"{"text":"12345"}"#)
            #expect(result.text == #"{"length":5}"#)
            try await outbox.add(Note(text: "follow-up"), to: .gateway, in: transaction)
            let attempt = attempts.withLock {
                $0 += 1
                return $0
            }
            if attempt == 1 { throw BrokenReceiver() }
        } caller: { name in
            name == .gateway ? OutboxFixture.caller { _, _ in throw Note.Failure.unwanted } : caller
        }
        // One round: the first attempt is undone with its follow-up, the second holds.
        try await pusher.push(to: "audience")
        #expect(attempts.withLock { $0 } == 2)
        #expect(try await outbox.pendingCount(pool) == 1)
    }

    @Test("of two pushers one pushes, and nothing goes twice")
    func onePusher() async throws {
        let (pool, calls) = (try pool(), Calls())
        try await add((0..<50).map { "\($0)" }, pool)
        let caller = OutboxFixture.caller { note, key in
            calls.add(note.text, key)
            return RecordedNote(length: 0)
        }
        let (first, second) = (OutboxFixture.pusher(outbox, pool) { _ in caller }, OutboxFixture.pusher(outbox, pool) { _ in caller })
        async let one = first.session()
        async let two = second.session()
        _ = try await (one, two)
        #expect(calls.texts == (0..<50).map { "\($0)" })
    }

    @Test("wake() sends what was just committed")
    func wake() async throws {
        let (pool, calls) = (try pool(), Calls())
        var limits = OutboxFixture.quick
        limits.idlePoll = .seconds(600)
        let caller = OutboxFixture.caller { note, key in
            calls.add(note.text, key)
            return RecordedNote(length: 0)
        }
        let pusher = OutboxFixture.pusher(outbox, pool, limits: limits) { _ in caller }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pusher.run() }
            for number in 1...3 {
                try await add(["\(number)"], pool)
                outbox.wake()
                await calls.wait(forCount: number)
            }
            group.cancelAll()
        }
        #expect(calls.texts == ["1", "2", "3"])
    }
}

/// A destination that cannot be reached for a number of attempts.
private struct AwayCaller: RPCCaller {
    var failures: Int
    var count: @Sendable () -> Int

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        if count() <= failures { throw .unavailable(reason: "away", begun: false) }
        guard let result = RecordedNote(length: 0) as? Method.Result else { throw .protocolViolation("another method") }
        return result
    }
}
