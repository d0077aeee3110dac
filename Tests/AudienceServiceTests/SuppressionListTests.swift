import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("The suppression list", .database(DatabaseTrait.audience))
struct SuppressionListTests {
    private func add(
        _ fixture: AudienceFixture,
        _ email: String,
        _ kind: SuppressionKind = .globalUnsubscribe,
        reason: String = "asked",
        in scope: ClientScope? = nil
    ) -> AddSuppression {
        AddSuppression(scope: scope ?? fixture.client.scope, email: email, kind: kind, reason: reason)
    }

    private func list(
        _ fixture: AudienceFixture,
        kind: SuppressionKind? = nil,
        after: Int64 = 0,
        limit: Int = 100,
        in scope: ClientScope? = nil
    ) async throws -> SuppressionPage {
        try await fixture.caller.call(
            ListSuppressions(scope: scope ?? fixture.client.scope, kind: kind, after: ContactID(after), limit: limit)
        )
    }

    @Test("an address is added with its reason and the first one stays; the one rule knows it at once")
    func add() async throws {
        let fixture = try await AudienceFixture.make()
        let first = try await fixture.caller.call(add(fixture, "New@Example.com", .complaint, reason: "by phone"))
        #expect(first.email == "new@example.com" && first.entries.map(\.reason) == ["by phone"])
        #expect(try await fixture.caller.call(add(fixture, "new@example.com", .complaint, reason: "again")) == first)
        #expect(try await fixture.subscriber("new@example.com").transactionalRefusal == .complaint)
        let both = try await fixture.caller.call(add(fixture, "new@example.com"))
        #expect(both.entries.map(\.kind) == [.complaint, .globalUnsubscribe])
        #expect(both.entries.map(\.reason) == ["by phone", "asked"])
    }

    @Test("an address is taken off with a reason, of one kind or of all, and that is recorded")
    func remove() async throws {
        let fixture = try await AudienceFixture.make()
        for kind in SuppressionKind.allCases { _ = try await fixture.caller.call(add(fixture, "a@example.com", kind)) }
        func remove(_ kind: SuppressionKind?) -> RemoveSuppression {
            RemoveSuppression(scope: fixture.client.scope, email: "a@example.com", kind: kind, reason: "mistake")
        }
        #expect(try await fixture.caller.call(remove(.complaint)).entries.map(\.kind) == [.hardBounce, .globalUnsubscribe])
        #expect(try await fixture.caller.call(remove(nil)).entries == [])
        #expect(try await fixture.caller.call(remove(nil)).entries == [])
        #expect(try await fixture.count("audience.suppression_changes WHERE NOT is_suppressed AND reason = 'mistake'") == 3)
        #expect(try await list(fixture).suppressions == [])
    }

    @Test("pages follow each other without gaps, and a kind narrows them")
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        for index in 0..<7 {
            _ = try await fixture.caller.call(add(fixture, "u\(index)@example.com", index % 2 == 0 ? .hardBounce : .complaint))
        }
        _ = try await fixture.subscriber("free@example.com")
        var emails: [String] = []
        var cursor: Int64 = 0
        repeat {
            let page = try await list(fixture, after: cursor, limit: 3)
            emails += page.suppressions.map(\.email)
            cursor = page.next?.rawValue ?? 0
        } while cursor != 0
        #expect(emails == (0..<7).map { "u\($0)@example.com" })
        #expect(try await list(fixture, kind: .complaint).suppressions.map(\.email) == [1, 3, 5].map { "u\($0)@example.com" })
        let bad = ListSuppressions(scope: fixture.client.scope, kind: nil, after: ContactID(0), limit: 0)
        #expect(await failure(fixture.caller, bad)?.fields == ["limit": "must_be_between_1_and_500"])
    }

    @Test("a reason is required, and only known addresses can be taken off")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(await failure(fixture.caller, add(fixture, "a@example.com", reason: " "))?.fields == ["reason": "required"])
        #expect(await failure(fixture.caller, add(fixture, "a"))?.fields == ["email": "invalid"])
        let unknown = RemoveSuppression(scope: fixture.client.scope, email: "a@example.com", kind: nil, reason: "x")
        #expect(await failure(fixture.caller, unknown)?.fields == ["email": "not_found"])
    }

    @Test("one organization neither sees nor changes another's list (D8, I7)")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let theirs = ClientScope(organizationID: other.organizationID, clientID: other.clientID)
        _ = try await fixture.caller.call(add(fixture, "a@example.com"))
        #expect(try await list(fixture, in: theirs).suppressions == [])
        let remove = RemoveSuppression(scope: theirs, email: "a@example.com", kind: nil, reason: "x")
        #expect(await failure(fixture.caller, remove)?.fields == ["email": "not_found"])
        let mixed = ClientScope(organizationID: other.organizationID, clientID: fixture.scope.clientID)
        #expect(await failure(fixture.caller, add(fixture, "b@example.com", in: mixed))?.fields == ["client": "not_found"])
        _ = try await fixture.caller.call(add(fixture, "c@example.com", in: theirs))
        #expect(try await list(fixture).suppressions.map(\.email) == ["a@example.com"])
    }
}
