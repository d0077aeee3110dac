import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Preferences of categories", .database(DatabaseTrait.audience))
struct PreferenceTests {
    private func put(
        _ fixture: AudienceFixture,
        _ categories: [CategoryPreference],
        email: String = "a@example.com",
        in scope: AudienceScope? = nil
    ) -> PutPreferences {
        PutPreferences(scope: scope ?? fixture.scope, email: email, categories: categories, reason: "user")
    }

    private func get(_ fixture: AudienceFixture, _ tags: [String] = [], in scope: AudienceScope? = nil) async throws -> ContactPreferences {
        try await fixture.caller.call(GetPreferences(scope: scope ?? fixture.scope, email: "A@example.com", categoryTags: tags))
    }

    private func category(_ tag: String, _ enabled: Bool, _ label: String? = nil) -> CategoryPreference {
        CategoryPreference(tag: tag, label: label, enabled: enabled)
    }

    @Test("choices are stored, others stay, and a category that nobody chose about is wanted")
    func choices() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try await fixture.subscriber("a@example.com").contactID
        let answer = try await fixture.caller.call(
            put(fixture, [category("submission-results", false, "Results"), category("news", true)])
        )
        #expect(answer.categories == [category("submission-results", false, "Results"), category("news", true, "News")])
        #expect(try await fixture.refusal(id, category: "submission-results") == .categoryDisabled)
        #expect(try await fixture.refusal(id, category: "news") == nil)
        _ = try await fixture.caller.call(put(fixture, [category("news", false)]))
        _ = try await fixture.caller.call(put(fixture, [category("submission-results", true)]))
        let all = try await get(fixture)
        #expect(all.categories == [category("news", false, "News"), category("submission-results", true, "Results")])
        #expect(
            try await get(fixture, ["other-mail", "news"]).categories == [
                category("other-mail", true, "Other Mail"), category("news", false, "News"),
            ]
        )
    }

    @Test("nothing is enabled for somebody who may not be mailed, and disabling goes on working", arguments: SuppressionKind.allCases)
    func suppressed(kind: SuppressionKind) async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        var change = SetContactSuppression(scope: fixture.scope, contactID: id, reason: "")
        change.hardBounced = kind == .hardBounce ? true : nil
        change.complained = kind == .complaint ? true : nil
        change.globalUnsubscribed = kind == .globalUnsubscribe ? true : nil
        _ = try await fixture.caller.call(change)
        let refused = put(fixture, [category("a", false), category("news", true)])
        #expect(await failure(fixture.caller, refused)?.fields == ["categories": "suppressed_contact_cannot_be_enabled"])
        #expect(try await fixture.count("audience.category_preferences") == 0)
        let answer = try await fixture.caller.call(put(fixture, [category("a", false)]))
        #expect(answer.suppressionReasons == [kind == .globalUnsubscribe ? "global_unsubscribed" : kind.rawValue])
        #expect(answer.globalUnsubscribed == (kind == .globalUnsubscribe))
    }

    @Test("an unknown address wants everything, and its choice makes it a contact without consent")
    func unknown() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(try await get(fixture, ["news"]).categories == [category("news", true, "News")])
        #expect(try await fixture.count("audience.contacts") == 0)
        _ = try await fixture.caller.call(put(fixture, [category("news", false)]))
        #expect(try await fixture.status("a@example.com").marketingRefusal == .unverified)
        #expect(try await get(fixture).categories == [category("news", false, "News")])
    }

    @Test("every fault is told together")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        let bad = put(fixture, [category(" ", true), category("a b", true), category("x", true), category("x", false)])
        #expect(
            await failure(fixture.caller, bad)?.fields == [
                "categories.0.tag": "required", "categories.1.tag": "invalid", "categories.3.tag": "duplicate",
            ]
        )
        let tags = GetPreferences(scope: fixture.scope, email: "a@example.com", categoryTags: ["ü"])
        #expect(await failure(fixture.caller, tags)?.fields == ["category_tags": "invalid"])
    }

    @Test("choices belong to one client of one organization (I7)")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let sibling = try await fixture.other("acme", client: "second")
        _ = try await fixture.caller.call(put(fixture, [category("news", false)]))
        #expect(try await get(fixture, in: other).categories == [])
        #expect(try await get(fixture, in: sibling).categories == [])
        _ = try await fixture.caller.call(put(fixture, [category("news", true)], in: other))
        #expect(try await get(fixture).categories == [category("news", false, "News")])
    }
}
