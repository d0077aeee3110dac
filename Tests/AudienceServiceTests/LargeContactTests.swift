import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Contacts with large attributes", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct LargeContactTests {
    private func list(_ fixture: AudienceFixture, after: Int64 = 0) async throws -> ContactPage {
        try await fixture.caller.call(ListContacts(scope: fixture.scope, filter: ContactFilter(), after: ContactID(after), limit: 500))
    }

    @Test("a page of contacts with large attributes fits into an answer, and all pages hold all contacts")
    func largeAttributes() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("first@example.com") { $0.status = .subscribed }
        try await fixture.script(
            """
            INSERT INTO audience.contacts (organization_id, email, attributes, created_at, updated_at)
            SELECT \(fixture.scope.organizationID), 'c' || n || '@example.com', jsonb_build_object('a', repeat('y', 60000)), now(), now()
            FROM generate_series(1, 399) AS n;
            INSERT INTO audience.memberships
            SELECT (jsonb_populate_record(one, jsonb_build_object('contact_id', contacts.id))).*
            FROM audience.memberships AS one, audience.contacts
            WHERE contacts.email LIKE 'c%';
            INSERT INTO audience.subscriptions
            SELECT (jsonb_populate_record(one, jsonb_build_object('contact_id', contacts.id))).*
            FROM audience.subscriptions AS one, audience.contacts
            WHERE contacts.email LIKE 'c%';
            """
        )
        var (emails, after): (Set<String>, Int64?) = ([], 0)
        while let cursor = after {
            let page = try await list(fixture, after: cursor)
            emails.formUnion(page.contacts.map(\.email))
            after = page.next?.rawValue
        }
        #expect(emails.count == 400)
    }

    @Test("changes of attributes that are small enough each may not be too much together")
    func attributesTogether() async throws {
        let fixture = try await AudienceFixture.make()
        let large: (String) -> JSONValue = { [$0: .string(String(repeating: "y", count: 40_000))] }
        _ = try await fixture.upsert("a@example.com") { $0.attributes = large("one") }
        func refusal(_ attributes: JSONValue) async -> [String: String]? {
            var change = ContactChange(email: "a@example.com")
            change.attributes = attributes
            change.tags = ["late"]
            return await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: change))?.fields
        }
        #expect(await refusal(large("two")) == ["attributes": "too_long"])
        let kept = try #require(try await list(fixture).contacts.first)
        #expect(kept.attributes == large("one") && kept.tags.isEmpty, "a refused change changes nothing")
        // The same again, something else instead, and what makes it less are fine.
        #expect(await refusal(large("one")) == nil)
        #expect(await refusal(["one": .null, "two": large("x")["x"] ?? .null]) == nil)
        try await fixture.script("UPDATE audience.contacts SET attributes = attributes || jsonb_build_object('old', repeat('z', 100000))")
        #expect(await refusal(["two": .null]) == nil)
        #expect(await refusal(["more": 1]) == ["attributes": "too_long"])
    }
}
