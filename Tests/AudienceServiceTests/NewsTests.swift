import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("News for Tracking, in the transaction of the change", .database(DatabaseTrait.audience))
struct NewsTests {
    private func events(_ fixture: AudienceFixture) async throws -> [MessageEvent] {
        try await fixture.outbox(RecordMessageEvents.self).flatMap(\.events)
    }

    @Test("subscribing, opting out and coming back are one event each, with whom they concern", .timeLimit(.minutes(1)))
    func subscription() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.subscriber("Ann@Example.com")
        _ = try await fixture.subscriber("ann@example.com")
        _ = try await fixture.upsert("ann@example.com") { $0.status = .unsubscribed }
        _ = try await fixture.upsert("ann@example.com") { change in
            change.status = .subscribed
            change.resubscribe = true
            change.resubscribeReason = "asked by mail"
        }
        let events = try await events(fixture)
        #expect(events.map(\.type) == [.subscribe, .unsubscribe, .subscribe])
        #expect(events.allSatisfy { $0.contactID == contact.contactID && $0.email == "ann@example.com" })
        #expect(events.allSatisfy { $0.clientID == fixture.scope.clientID && $0.organizationID == fixture.scope.organizationID })
        #expect(events.allSatisfy { $0.audienceID == fixture.scope.audienceID && $0.metadata["audience"] == "main" })
        #expect(Set(events.map(\.eventID)).count == 3)
    }

    @Test("what changes no state is no news: pending contacts, tags, attributes, repetitions", .timeLimit(.minutes(1)))
    func nothing() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { change in
            change.tags = ["x"]
            change.attributes = ["n": 1]
        }
        #expect(try await events(fixture).isEmpty)
    }

    @Test(
        "an unsubscribe concerns its client, or everybody; by link it is told by the link's own event",
        .timeLimit(.minutes(1)),
        arguments: [
            (UnsubscribeScope.client, "preferences", 1), (.client, "one_click", 0), (.client, "public_unsubscribe", 0), (.audience, "support", 1),
            (.global, "support", 1),
        ]
    )
    func scopes(scope: UnsubscribeScope, reason: String, count: Int) async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.subscriber("a@example.com")
        try await fixture.script("DELETE FROM audience.outbox")
        let moment = Timestamp(microseconds: 1_790_000_000_000_000)
        for _ in 0..<2 {
            _ = try await fixture.caller.call(
                UnsubscribeContact(
                    scope: fixture.scope,
                    contactID: try #require(contact.contactID),
                    unsubscribeScope: scope,
                    reason: reason,
                    occurredAt: moment
                )
            )
        }
        let events = try await events(fixture)
        #expect(events.count == count)
        #expect(events.allSatisfy { $0.type == .unsubscribe && $0.occurredAt == moment && $0.metadata["reason"] == .string(reason) })
        #expect(events.allSatisfy { $0.clientID == (scope == .client ? fixture.scope.clientID : nil) })
        #expect(events.allSatisfy { $0.metadata["scope"] == .string(scope.rawValue) })
    }

    @Test("many changes of one statement are calls of 500 events", .timeLimit(.minutes(1)))
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.addSubscribers(1_200, source: "api")
        let calls = try await fixture.outbox(RecordMessageEvents.self)
        #expect(calls.map(\.events.count) == [500, 500, 200])
    }

    @Test("subscriptions that an import adds are no news", .timeLimit(.minutes(1)))
    func imported() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.addSubscribers(10, source: "import:1")
        #expect(try await events(fixture).isEmpty)
    }
}

extension AudienceFixture {
    /// What waits in the outbox for Tracking, oldest first.
    func outbox<Method: RPCMethod>(_ method: Method.Type) async throws -> [Method] {
        let query = "SELECT coalesce(jsonb_agg(params::jsonb ORDER BY id)::text, '[]') FROM audience.outbox WHERE method = '\(Method.name)'"
        let text = try await text(query.replacingOccurrences(of: "\n", with: " "))
        let items = try #require(JSONValue.parse(text.replacingOccurrences(of: "\\\\", with: "\\")).arrayValue)
        return try items.map { try Method.read(ArraySlice($0.text.utf8)) }
    }

    /// Subscribed contacts, added in one statement a table.
    func addSubscribers(_ count: Int, source: String) async throws {
        try await script(
            """
            INSERT INTO audience.contacts (organization_id, email, created_at, updated_at)
            SELECT \(scope.organizationID), 'p' || number || '@example.com', now(), now() FROM generate_series(1, \(count)) AS number;
            INSERT INTO audience.memberships (audience_id, contact_id)
            SELECT \(scope.audienceID), id FROM audience.contacts;
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT \(scope.audienceID), \(scope.clientID), id, 'subscribed', '\(source)' FROM audience.contacts;
            """
        )
    }
}
