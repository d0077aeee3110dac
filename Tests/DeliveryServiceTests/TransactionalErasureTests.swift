import Contracts
import JSON
import Model
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Erasure beside transactional mail on its way", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalErasureTests {
    private let ann = EraseContactMessages(organizationID: TransactionalBench.scope.organizationID, contactID: ContactID(1))

    private func expectNoTrace(_ bench: TransactionalBench, _ text: String = "ann@example.com") async throws {
        // The news of an acceptance from before the erasure is on its way to Tracking, which knows of the erasure.
        try await bench.script("DELETE FROM delivery.outbox WHERE params LIKE '%:queued:0%'")
        let rows = try await bench.database.run(ErasedRecipientTests.Everything()).filter { $0.contains(text) }
        #expect(rows.isEmpty, "\(rows)")
    }

    @Test("who is erased between Audience's answer and the insert is not stored, and the client hears why")
    func betweenAnswerAndInsert() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let handlers = bench.handlers
        bench.audience.state.withLock { $0.whilePrepared = { _ = try await handlers.erase(ann) } }
        await #expect(throws: ValidationFailure.field("email", "erased")) { try await bench.send("k") }
        #expect(try await bench.counts() == TableCounts(messages: 0, events: 0, queued: 0, news: 0))
        try await expectNoTrace(bench)
        // The same number in another organization is somebody else.
        bench.audience.state.withLock { $0.whilePrepared = nil }
        let other = ClientScope(organizationID: OrganizationID(2), clientID: ClientID(8))
        _ = try await bench.templates.put(PutTemplate(scope: other, key: "hello", content: TemplateContent(name: "H", subject: "s")))
        let send = TransactionalSend(email: "ann@example.com", templateKey: "hello")
        #expect(try await bench.intake.accept(send, scope: other, dryRun: false).status == .queued)
    }

    @Test("an erasure waits for the insert before it, and erases what that stored")
    func waitsForWriters() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let written = StopSwitch()
        let mayCommit = StopSwitch()
        let send = PendingSend(
            scope: TransactionalBench.scope,
            send: TransactionalSend(email: "ann@example.com", templateKey: "hello"),
            dryRun: false,
            now: .now()
        )
        let writer = Task {
            try await bench.database.transaction { transaction in
                var send = send
                send.contactID = 1
                try await transaction.execute(ErasureLock.Share(schema: "delivery"))
                _ = try await transaction.run(InsertMessages([send]))
                written.pull()
                await mayCommit.pulled()
            }
        }
        await written.pulled()
        let ended = Mutex(false)
        let eraser = Task {
            defer { ended.withLock { $0 = true } }
            return try await bench.handlers.erase(ann)
        }
        while try await bench.database.first(WaitingForLock()) == 0, !ended.withLock({ $0 }) { await Task.yield() }
        mayCommit.pull()
        try await writer.value
        #expect(try await eraser.value.messages == 1)
        try await expectNoTrace(bench)
    }

    @Test(
        "what the provider answers about an erased message is not stored, and nothing more is sent",
        arguments: [MessageOutcome.Kind.failed, .retry, .unknown]
    )
    func answerAfterErasure(_ kind: MessageOutcome.Kind) async throws {
        let bench = try await TransactionalBench()
        try await bench.put { $0.onUnknown = .resend }
        let receipt = try await bench.send("ann@example.com")
        let id = try #require(receipt.messageID).rawValue
        _ = try await bench.database.run(ClaimMessages(ids: [id], refusals: [""], worker: "w"))
        #expect(try await bench.handlers.erase(ann).messages == 1)
        let outcome = MessageOutcome(messageID: id, attempt: 1, kind: kind, reason: "450 <ann@example.com> greylisted")
        try await bench.database.execute(RecordMessages(outcomes: [outcome], finishedWindows: []))
        let expected: [MessageOutcome.Kind: TransactionalStatus] = [.failed: .failed, .retry: .cancelled, .unknown: .unknown]
        #expect(try await bench.status(receipt) == expected[kind])
        #expect(try await bench.counts().queued == 0)
        try await expectNoTrace(bench)
    }

    @Test("an erased message's entries go from the queue and the dead letters, others' stay")
    func entries() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        for (key, email) in [("ann-1", "ann@example.com"), ("bob-1", "bob@example.com"), ("ann-2", "ann@example.com")] {
            _ = try await bench.send(key) { $0.email = email }
        }
        let queue = bench.bench.queue
        for entry in try await queue.receive(.transactionalEmail, limit: 2) { try await queue.bury(entry, reason: "test") }
        _ = try await bench.handlers.erase(ann)
        let waiting = try await bench.database.run(PeekMessages(queue: .transactionalEmail, dead: false, limit: 10))
        let dead = try await bench.database.run(PeekMessages(queue: .transactionalEmail, dead: true, limit: 10))
        #expect(waiting.isEmpty)
        #expect(dead.map { $0.body["idempotency_key"] } == ["bob-1"])
    }
}

/// Erasures and writers that wait for one another in this database.
struct WaitingForLock: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT pg_catalog.count(*) AS count FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """
    }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
