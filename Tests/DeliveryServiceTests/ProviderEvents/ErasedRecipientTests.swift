import Contracts
import JSON
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Provider events about erased people", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct ErasedRecipientTests {
    private typealias Bench = ProviderEventWorkerTests.Bench

    /// Every row of the tables that hear of provider events, as text.
    struct Everything: Statement {
        static let sample = Self()
        var sql: SQL {
            """
            SELECT pg_catalog.row_to_json(stored)::text AS line FROM delivery.provider_events AS stored
            UNION ALL SELECT pg_catalog.row_to_json(stored)::text FROM delivery.queue_messages AS stored
            UNION ALL SELECT pg_catalog.row_to_json(stored)::text FROM delivery.dead_letters AS stored
            UNION ALL SELECT pg_catalog.row_to_json(stored)::text FROM delivery.transactional_messages AS stored
            UNION ALL SELECT pg_catalog.row_to_json(stored)::text FROM delivery.message_events AS stored
            UNION ALL SELECT pg_catalog.row_to_json(stored)::text FROM delivery.outbox AS stored WHERE stored.destination <> 'audience'
            """
        }
        func decode(_ row: Row) throws -> String { try row.decode("line") }
    }

    private let bounces = [
        SESNotifications.bounce("Permanent", "NoEmail", id: "m-1", tag: "c-1", status: "5.1.1"),
        SESNotifications.complaint("abuse", id: "m-1", tag: "c-1"), SESNotifications.delivery(id: "m-1", tag: "c-1"),
    ]

    @Test("an event about an erased recipient is done: nothing waits, nothing is dead, and the address is nowhere")
    func campaign() async throws {
        let bench = try Bench()
        bench.ledger.erase(1)
        try await bench.take(bounces.map { SESNotifications.envelope($0) })
        let left = try await bench.numbers()
        #expect(left.waiting == 0 && left.inFlight == 0 && left.dead == 0)
        #expect(bench.ledger.facts(of: 1) == [.bounced, .complained, .delivered])
        let rows = try await bench.base.database.run(Everything())
        #expect(!rows.isEmpty && !rows.contains { $0.contains("ann@example.com") || $0.contains(#""contact_id":10001"#) }, "\(rows)")
        // The ledger leaves the erased out when the services are compared.
        let sums = ProviderEventSums(span: RecountSpan(first: 1, last: 100), after: nil)
        #expect(try await bench.base.database.first(sums)?.pieces == [])
        // Audience decides by the address whether it is another's, and stores nothing of the erased.
        #expect(try await bench.suppressions().map(\.address) == ["ann@example.com", "ann@example.com"])
    }

    @Test("who is erased after Campaign has answered is nobody by the time it is stored")
    func erasedMeanwhile() async throws {
        let bench = try Bench()
        try await bench.base.database.execute(RememberErasure(organizationID: OrganizationID(7), contactID: ContactID(10_001)))
        try await bench.base.database.execute(RememberErasure(organizationID: OrganizationID(8), contactID: ContactID(10_002)))
        try await bench.take(bounces.map { SESNotifications.envelope($0) })
        var rows = try await bench.base.database.run(Everything())
        #expect(!rows.isEmpty && !rows.contains { $0.contains("ann@example.com") || $0.contains(#""contact_id":10001"#) }, "\(rows)")
        // Another organization's erasure is no one's here.
        try await bench.take(SESNotifications.delivery(id: "m-2", tag: "c-2"))
        rows = try await bench.base.database.run(Everything())
        #expect(rows.contains { $0.contains("ann@example.com") })
    }

    @Test("what the provider says later of an erased transactional message comes without the address")
    func transactional() async throws {
        let bench = try Bench()
        try await bench.base.database.withConnection {
            try await $0.script(
                """
                INSERT INTO delivery.transactional_messages (
                    organization_id, client_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id, template_key,
                    idempotency_key, category_tag, subject, html_body, text_body, metadata, status, attempt, resends_left
                ) VALUES (7, 2, '', 55, 'ann@example.com', 's', 's', '', '[]', '[]', 1, 'k', 'key', '', 'hi', '', '', '{}', 'sent', 1, 0)
                """
            )
        }
        let erase = EraseMessages(organizationID: OrganizationID(7), contactID: ContactID(55), address: "ann@example.com")
        #expect(try await bench.base.database.first(erase)?.messages == 1)
        try await bench.take(
            SESNotifications.bounce("Permanent", "NoEmail", id: "m-1", tag: "x-1", status: "5.1.1"),
            SESNotifications.complaint("abuse", id: "m-1", tag: "x-1")
        )
        #expect(try await bench.numbers().dead == 0)
        let rows = try await bench.base.database.run(Everything())
        #expect(rows.contains { $0.contains("complained") } && !rows.contains { $0.contains("ann@example.com") }, "\(rows)")
        #expect(!rows.contains { $0.contains("event_key") && $0.contains(#""contact_id":55"#) }, "\(rows)")
    }
}
