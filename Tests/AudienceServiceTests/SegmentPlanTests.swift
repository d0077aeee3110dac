import Contracts
import JSON
import Model
import Postgres
import TestSupport
import Testing

@testable import AudienceService

@Suite("Plans of segments", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct SegmentPlanTests {
    private static let rules: JSONValue = [
        "all": [
            ["field": "tag", "operator": "has", "value": "x"], ["field": "attributes.plan", "operator": "equals", "value": "pro"],
            ["field": "open_count", "operator": "at_least", "value": 1],
        ]
    ]

    private func prepared() async throws -> (AudienceFixture, CandidateSelection) {
        let fixture = try await AudienceFixture.make()
        try await fixture.script(
            """
            INSERT INTO audience.contacts (organization_id, email, attributes, created_at, updated_at)
            SELECT 1, 'u' || i || '@example.com', '{"plan": "pro"}', now(), now() FROM generate_series(1, 20000) AS i;
            INSERT INTO audience.memberships (audience_id, contact_id) SELECT 1, id FROM audience.contacts;
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT 1, 1, id, 'subscribed', 'test' FROM audience.contacts;
            INSERT INTO audience.engagement (contact_id, audience_id, open_count) SELECT id, 1, 1 FROM audience.contacts WHERE id % 3 = 0;
            ANALYZE audience.contacts, audience.memberships, audience.subscriptions, audience.engagement;
            """
        )
        let rules = try SegmentCompiler.compile(Self.rules, audienceID: fixture.scope.audienceID, now: .now())
        return (fixture, CandidateSelection(rules: rules))
    }

    @Test("contacts of a segment are found along keys, without reading or sorting the audience")
    func pages() async throws {
        let (fixture, selection) = try await prepared()
        let preview = PreviewSelection(scope: fixture.scope, selection: selection, limit: 10)
        let plan = try await fixture.owner.transaction { connection in
            try await connection.execute(PlanByKeys())
            return try await connection.run(Explain(statement: preview.sql)).joined(separator: "\n")
        }
        for index in ["memberships_pkey", "contacts_pkey", "subscriptions_pkey", "engagement_pkey"] { #expect(plan.contains(index)) }
        #expect(!plan.contains("Seq Scan on") || plan.contains("Seq Scan on tags"))
        #expect(!plan.contains("Sort"))
    }

    @Test("a count reads each table once: no table is searched again for every contact")
    func count() async throws {
        let (fixture, selection) = try await prepared()
        let count = CountSelection(scope: fixture.scope, selection: selection)
        let plan = try await fixture.owner.transaction { connection in
            try await connection.execute(PlanForCounting())
            return try await connection.run(Explain(statement: count.sql)).joined(separator: "\n")
        }
        #expect(plan.contains("Hash") || plan.contains("_pkey"))
        #expect(!plan.contains("Materialize") && !plan.contains("Sort"))
    }
}

private struct Explain: Statement {
    static let isTextFixed = false
    static let sample = Self(statement: "SELECT 1")
    var statement: SQL
    var sql: SQL { "EXPLAIN \(fragment: statement)" }
    func decode(_ row: Row) throws -> String { try row.decode("QUERY PLAN") }
}
