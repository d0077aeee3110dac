import Contracts
import JSON
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Erasing people from transactional mail", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct MessageErasureTests {
    private struct StoredCopies: Statement {
        static var sample: Self { Self() }
        var sql: SQL { "SELECT message.id, message.cc, message.bcc FROM delivery.transactional_messages AS message ORDER BY message.id" }
        func decode(_ row: Row) throws -> [[String]] {
            try [row.decode("cc", as: JSONValue.self), row.decode("bcc", as: JSONValue.self)].map { list in
                (list.arrayValue ?? []).compactMap(\.stringValue)
            }
        }
    }

    private func erase(_ contact: Int64, _ email: String, of organization: Int64 = 1) -> EraseContactMessages {
        EraseContactMessages(organizationID: OrganizationID(organization), contactID: ContactID(contact), email: email)
    }

    @Test("no key that a client chooses can be in the way of an erasure")
    func foreignKey() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let first = try await bench.send("k")
        let id = try #require(first.messageID?.rawValue)
        _ = try await bench.send("erased:\(id)") { $0.email = "bob@example.com" }
        #expect(try await bench.erase(erase(1, "ann@example.com")) == ErasedMessages(messages: 1, events: 1))
        let key = try await bench.detail(first).message.idempotencyKey
        // Neither can one who has seen the new key use it against the next.
        let second = try await bench.send("k") { $0.email = "carl@example.com" }
        _ = try await bench.send(key) { $0.email = "bob@example.com" }
        #expect(second.messageID != first.messageID && !second.isReplay)
        #expect(try await bench.erase(erase(3, "carl@example.com")).messages == 1)
    }

    @Test("an erased address goes from the copies of others' messages, however it was spelled, and only in its organization")
    func copies() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let other = ClientScope(organizationID: OrganizationID(2), clientID: ClientID(8))
        _ = try await bench.templates.put(PutTemplate(scope: other, key: "hello", content: TemplateContent(name: "H", subject: "s")))
        _ = try await bench.send {
            $0.cc = ["Bob <BOB@Example.com>", "carl@example.com", "bob@example.com"]
            $0.bcc = ["\"B, ob\" <bob@example.com>"]
        }
        _ = try await bench.send("same") { $0.bcc = ["dora@bücher.example"] }
        var foreign = TransactionalSend(email: "ann@example.com", templateKey: "hello")
        foreign.cc = ["bob@example.com"]
        _ = try await bench.intake.accept(foreign, scope: other, dryRun: false)
        _ = try await bench.erase(erase(77, "bob@example.com"))
        _ = try await bench.erase(erase(78, "dora@xn--bcher-kva.example"))
        #expect(try await bench.database.run(StoredCopies()) == [[["carl@example.com"], []], [[], []], [["bob@example.com"], []]])
        try await bench.script(
            """
            DO $$ BEGIN
                ASSERT (SELECT array_agg(address || organization_id ORDER BY address) FROM delivery.message_copies)
                    = ARRAY['bob@example.com2', 'carl@example.com1'], 'the wrong addresses are left';
            END $$
            """
        )
        // The message itself is not Bob's, and is sent to whom it is for.
        try await bench.work { try await bench.counts().queued == 0 }
        let sent = Set(bench.transport.messages.map { ([$0.recipient] + $0.cc + $0.bcc).joined(separator: " ") })
        #expect(sent == ["ann@example.com carl@example.com", "ann@example.com", "ann@example.com bob@example.com"])
    }

    @Test("who got a copy of everything is erased page by page")
    func manyCopies() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let count = MessageErasure.pageSize + 10
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<count { group.addTask { _ = try await bench.send("k\(number)") { $0.bcc = ["archive@example.com"] } } }
        }
        _ = try await bench.erase(erase(77, "archive@example.com"))
        let left = try await bench.database.run(StoredCopies())
        #expect(left.count == count && left.allSatisfy { $0 == [[], []] })
    }

    @Test("what the provider told of an address among the copies is forgotten")
    func providerEvents() async throws {
        let bench = try await TransactionalBench()
        try await bench.script(
            """
            INSERT INTO delivery.provider_events (
                event_key, kind, message_kind, message_id, organization_id, contact_id, address, provider_message_id, detail, occurred_at
            )
            SELECT gen_random_uuid(), 'hard_bounce', 'transactional', 7, 1, 1, address, 'm-1', '', now()
            FROM unnest(ARRAY['bob@example.com', 'carl@example.com', '']) AS address
            """
        )
        _ = try await bench.erase(erase(77, "bob@example.com"))
        try await bench.script(
            """
            DO $$ BEGIN
                ASSERT (SELECT array_agg(address ORDER BY address) FROM delivery.provider_events) = ARRAY['', 'carl@example.com'], 'wrong';
            END $$
            """
        )
    }
}
