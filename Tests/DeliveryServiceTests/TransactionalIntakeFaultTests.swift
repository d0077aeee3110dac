import Contracts
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Accepting transactional mail when something is wrong", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalIntakeFaultTests {
    private static let nothing = TableCounts(messages: 0, events: 0, queued: 0, news: 0)

    @Test("while Audience is away nothing is accepted, and the same request works afterwards")
    func audienceAway() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        bench.audience.state.withLock { $0.isAway = true }
        await #expect(throws: (any Error).self) { try await bench.send("k") }
        #expect(try await bench.counts() == Self.nothing)
        bench.audience.state.withLock { $0.isAway = false }
        #expect(try await bench.send("k").isReplay == false)
    }

    @Test(
        "message, event, queue entry and news are one: a fault at any of them leaves nothing (D13)",
        arguments: ["transactional_messages", "message_events", "queue_messages", "outbox"]
    )
    func atomic(_ table: String) async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        try await bench.script("ALTER TABLE delivery.\(table) ADD CONSTRAINT fault CHECK (false)")
        await #expect(throws: PostgresError.self) { try await bench.send("k") }
        #expect(try await bench.counts() == Self.nothing)
        try await bench.script("ALTER TABLE delivery.\(table) DROP CONSTRAINT fault")
        #expect(try await bench.send("k").isReplay == false)
        #expect(try await bench.counts() == TableCounts(messages: 1, events: 1, queued: 1, news: 1))
    }

    @Test("what the database refuses of one message does not hit the others of its group")
    func poison() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        try await bench.script("ALTER TABLE delivery.transactional_messages ADD CONSTRAINT poison CHECK (email <> 'poison@example.com')")
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    (try? await bench.send("k\(number)") { if number == 7 { $0.email = "poison@example.com" } }) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 19)
        #expect(try await bench.counts().messages == 19)
    }

    @Test("an address is erased from its messages, and what waited is not sent")
    func erased() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k") { $0.cc = ["c@example.com"] }
        // The provider told of this contact, and of one of the same number in another organization.
        try await bench.script(
            """
            INSERT INTO delivery.provider_events (
                event_key, kind, message_kind, message_id, organization_id, contact_id, address, provider_message_id, detail, occurred_at
            )
            SELECT gen_random_uuid(), 'delivered', 'campaign', 7, organization, 1, 'a@example.com', 'm-1', '', now()
            FROM unnest(ARRAY[1, 2]) AS organization
            """
        )
        let erase = EraseContactMessages(organizationID: OrganizationID(1), contactID: ContactID(1))
        #expect(try await bench.erase(erase) == ErasedMessages(messages: 1, events: 1))
        try await bench.script(
            """
            DO $$ BEGIN
                ASSERT (SELECT array_agg(organization_id) FROM delivery.provider_events) = ARRAY[2::bigint], 'addresses are left';
                ASSERT (SELECT count(*) FROM delivery.message_copies) = 0, 'copies are left';
            END $$
            """
        )
        #expect(try await bench.erase(erase) == ErasedMessages(messages: 0, events: 0))
        let message = try await bench.detail(receipt).message
        #expect(message.email.isEmpty && message.subject.isEmpty && message.status == .cancelled)
        try await bench.work { try await bench.counts().queued == 0 }
        #expect(bench.transport.messages.isEmpty)
    }
}
