import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Segments with large rules", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct LargeSegmentTests {
    @Test("rules are 64 KiB at most, and a page of large ones fits into an answer")
    func largeRules() async throws {
        let fixture = try await AudienceFixture.make()
        let rule: JSONValue = ["field": "attributes.plan", "operator": "equals", "value": .string(String(repeating: "p", count: 70_000))]
        let told = await failure(fixture.caller, PutSegment(scope: fixture.scope, key: "large", name: nil, rules: rule))
        #expect(told?.fields == ["rules": "too_long"])
        try await fixture.script(
            """
            INSERT INTO audience.segments (organization_id, audience_id, client_id, key, name, rules, created_at, updated_at)
            SELECT \(fixture.scope.organizationID), \(fixture.scope.audienceID), \(fixture.scope.clientID), 's' || lpad(n::text, 3, '0'), 'S',
                jsonb_build_object('field', 'tag', 'operator', 'has', 'value', repeat('y', 60000))::text, now(), now()
            FROM generate_series(1, 400) AS n
            """
        )
        var (keys, after, hasMore) = ([String](), "", true)
        while hasMore {
            let page = try await fixture.caller.call(ListSegments(scope: fixture.scope, after: after, limit: 500))
            keys += page.segments.map(\.key)
            after = keys.last ?? ""
            hasMore = page.hasMore
        }
        #expect(keys.count == 400 && keys == keys.sorted() && Set(keys).count == 400)
    }
}
