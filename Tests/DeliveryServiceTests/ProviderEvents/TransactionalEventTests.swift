import Contracts
import JSON
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Provider events of transactional mail", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalEventTests {
    private typealias Bench = ProviderEventWorkerTests.Bench

    struct Shown: Statement {
        static let sample = Self()
        var sql: SQL {
            """
            SELECT concat_ws(' ', status, provider_message_id, to_char(delivered_at, 'HH24:MI'), to_char(bounced_at, 'HH24:MI'),
                to_char(complained_at, 'HH24:MI'), last_error) AS line
            FROM delivery.transactional_messages ORDER BY id
            """
        }
        func decode(_ row: Row) throws -> String { try row.decode("line") }
    }

    struct Timeline: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT message_id || ' ' || type AS line FROM delivery.message_events ORDER BY message_id, type" }
        func decode(_ row: Row) throws -> String { try row.decode("line") }
    }

    /// Messages 1, 2, … to ann@example.com of organization 7, each in a state and with an attempt begun.
    private func messages(_ bench: Bench, _ states: String...) async throws {
        let values = states.enumerated().map { index, state in
            """
            (7, 2, '', 55, 'ann@example.com', 's', 's', '', '[]', '[]', 1, 'k', 'key-\(index)', '', 'hi', '', '', '{}', '\(state)', 1, 0,
                '2026-11-24T09:59:00Z')
            """
        }
        try await bench.base.database.withConnection {
            try await $0.script(
                """
                INSERT INTO delivery.transactional_messages (
                    organization_id, client_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id, template_key,
                    idempotency_key, category_tag, subject, html_body, text_body, metadata, status, attempt, resends_left, created_at
                ) VALUES \(values.joined(separator: ","))
                """
            )
        }
    }

    private func bounce(_ tag: String, _ address: String = "ann@example.com", at minute: String = "03") -> JSONValue {
        SESNotifications.bounce(
            "Permanent",
            "General",
            id: "m-\(tag)",
            tag: tag,
            to: ["ann@example.com", "copy@example.com"],
            bounced: [address],
            feedback: "f-\(tag)-\(address)",
            at: "2026-11-24T10:\(minute):00.000Z"
        )
    }

    @Test("delivered, bounced, complained, refused after all; an unknown outcome is settled by any event")
    func statuses() async throws {
        let bench = try Bench()
        try await messages(bench, "sent", "sent", "unknown", "unknown", "sending")
        try await bench.take(
            SESNotifications.delivery(id: "m-x-1", tag: "x-1", at: "2026-11-24T10:02:00.000Z"),
            bounce("x-2"),
            SESNotifications.complaint("abuse", id: "m-x-3", tag: "x-3"),
            SESNotifications.event("Send", id: "m-x-4", tag: "x-4"),
            SESNotifications.event("Reject", id: "m-x-5", tag: "x-5", ("reject", ["reason": "Bad content"]))
        )
        #expect(
            try await bench.base.database.run(Shown()) == [
                "sent m-x-1 10:02 ", "bounced m-x-2 10:03 hard_bounce: Permanent/General", "complained m-x-3 10:00 ", "sent m-x-4 ",
                "failed m-x-5 rejected: Reject Bad content",
            ]
        )
        #expect(
            try await bench.base.database.run(Timeline()) == [
                "1 delivered", "2 bounce", "3 complaint", "3 sent", "4 sent", "5 failed", "5 sent",
            ]
        )
        let suppressed = try await bench.suppressions()
        #expect(suppressed.map(\.organizationID) == [OrganizationID(7), OrganizationID(7)])
        #expect(Set(suppressed.map(\.kind)) == [.hardBounce, .complaint])
    }

    @Test("an outcome that only the provider told is news as any other, once")
    func settledNews() async throws {
        let bench = try Bench()
        try await messages(bench, "unknown", "sending", "sent")
        let events = (1...3).map { SESNotifications.event("Send", id: "m-x-\($0)", tag: "x-\($0)") }
        for _ in 0..<2 { try await bench.take(events.map { SESNotifications.envelope($0) }) }
        // The worker's own answer comes last.
        let late = MessageOutcome(messageID: 2, attempt: 1, kind: .sent, providerMessageID: "m-x-2")
        try await bench.base.database.execute(RecordMessages(outcomes: [late], finishedWindows: []))
        let news = try await bench.news().sorted { $0.eventID < $1.eventID }
        #expect(news.map(\.eventID) == ["delivery:message:1:sent:1", "delivery:message:2:sent:1"])
        #expect(news.allSatisfy { $0.type == .sent && $0.email == "ann@example.com" && $0.contactID == ContactID(55) && $0.clientID == ClientID(2) })
        #expect(news.map { $0.metadata["ses_message_id"] } == ["m-x-1", "m-x-2"])
        #expect(news.map(\.transactionalMessageID) == [TransactionalMessageID(1), TransactionalMessageID(2)])
    }

    @Test("every order of send, delivery, bounce and complaint ends the same, and copies change nothing", arguments: 0..<6)
    func orders(seed: Int) async throws {
        let bench = try Bench()
        try await messages(bench, "unknown")
        let events = [
            SESNotifications.event("Send", id: "m-x-1", tag: "x-1"),
            SESNotifications.delivery(id: "m-x-1", tag: "x-1", at: "2026-11-24T10:02:00.000Z"), bounce("x-1"),
            SESNotifications.complaint("abuse", id: "m-x-1", tag: "x-1"),
        ]
        for offset in 0..<8 { try await bench.take(events[(offset * (seed % 3 + 1) + seed) % 4]) }
        for event in events { try await bench.take(event) }
        #expect(try await bench.base.database.run(Timeline()) == ["1 bounce", "1 complaint", "1 delivered", "1 sent"])
        #expect(
            try await bench.base.database.run(Shown()) == ["complained m-x-1 10:02 10:03 10:00 hard_bounce: Permanent/General"]
        )
    }

    @Test("a copy's bounce is told and suppresses the copy's address; the message and its reader stay as they are")
    func copiedRecipient() async throws {
        let bench = try Bench()
        try await messages(bench, "sent")
        try await bench.take(bounce("x-1", "copy@example.com"))
        #expect(try await bench.base.database.run(Shown()) == ["sent m-x-1 "])
        #expect(try await bench.base.database.run(Timeline()) == ["1 bounce"])
        #expect(try await bench.suppressions().map(\.address) == ["copy@example.com"])
    }

    @Test("without a tag the provider's id finds the message; what was never sent is never changed")
    func matching() async throws {
        let bench = try Bench()
        try await messages(bench, "sent", "cancelled")
        try await bench.base.database.withConnection {
            try await $0.script(
                """
                UPDATE delivery.transactional_messages SET provider_message_id = 'known' WHERE id = 1;
                UPDATE delivery.transactional_messages SET attempt = 0 WHERE id = 2;
                """
            )
        }
        try await bench.take(SESNotifications.bounce("Permanent", "General", id: "known", tag: nil, named: "notificationType"), bounce("x-2"))
        let shown = try await bench.base.database.run(Shown())
        #expect(shown.first?.hasPrefix("bounced known") == true && shown.last?.hasPrefix("cancelled") == true)
        try await bench.take(bounce("x-99"))
        #expect(try await bench.numbers().inFlight == 1)
    }
}
