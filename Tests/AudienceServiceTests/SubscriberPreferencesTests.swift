import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("A person's own preferences", .database(DatabaseTrait.audience))
struct SubscriberPreferencesTests {
    private let begin = Timestamp(microseconds: 1_790_000_000_000_000)

    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: begin.microseconds + seconds * 1_000_000) }

    private func page(_ fixture: AudienceFixture, _ id: ContactID, _ tags: [String] = []) async throws -> SubscriberPreferences {
        try await fixture.caller.call(GetSubscriberPreferences(scope: fixture.scope, contactID: id, categoryTags: tags))
    }

    private func stop(_ fixture: AudienceFixture, _ id: ContactID, _ scope: UnsubscribeScope, at seconds: Int64) async throws {
        let call = UnsubscribeContact(
            scope: fixture.scope,
            contactID: id,
            unsubscribeScope: scope,
            reason: "public_unsubscribe",
            occurredAt: moment(seconds)
        )
        _ = try await fixture.caller.call(call)
    }

    private func again(
        _ fixture: AudienceFixture,
        _ id: ContactID,
        _ scope: UnsubscribeScope,
        at seconds: Int64,
        consent: Int64 = 7,
        in audience: AudienceScope? = nil
    ) -> ResubscribeContact {
        ResubscribeContact(
            scope: audience ?? fixture.scope,
            contactID: id,
            subscribeScope: scope,
            consentID: consent,
            wording: "Send me mail from app",
            source: "preference page of campaign 5",
            requestedFrom: "192.0.2.0",
            occurredAt: moment(seconds)
        )
    }

    private func refusal(_ scope: UnsubscribeScope) -> SkipReason {
        switch scope {
        case .client: .clientUnsubscribe
        case .audience: .audienceUnsubscribe
        case .global: .globalUnsubscribe
        }
    }

    @Test("an opt-out of each scope is ended by the person, with a consent record of words, place and time", arguments: UnsubscribeScope.allCases)
    func backAgain(scope: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        #expect(try await page(fixture, id).marketingRefusal == nil)
        try await stop(fixture, id, scope, at: 1)
        #expect(try await page(fixture, id).marketingRefusal == refusal(scope))
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2))
        let shown = try await page(fixture, id)
        #expect(shown.marketingRefusal == nil && shown.clientStatus == .subscribed && !shown.globalUnsubscribed)
        let consents = try await fixture.caller.call(ExplainContact(scope: fixture.scope, email: "a@example.com", categoryTag: "")).consents
        #expect(consents.map(\.wording) == ["Send me mail from app"] && consents.map(\.source) == ["preference page of campaign 5"])
        #expect(consents.map(\.requestedAt) == [moment(2)] && consents.map(\.requestedFrom) == ["192.0.2.0"])
        #expect(try await fixture.text("SELECT scope FROM audience.consents") == scope.rawValue)
        #expect(try await fixture.count("audience.suppression_changes WHERE NOT is_suppressed") == (scope == .global ? 1 : 0))
    }

    @Test("an opt-out that is told late does not undo what the person said after it; a younger one counts", arguments: UnsubscribeScope.allCases)
    func late(scope: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        try await stop(fixture, id, scope, at: 1)
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2))
        try await stop(fixture, id, scope, at: 1)
        #expect(try await page(fixture, id).marketingRefusal == nil)
        try await stop(fixture, id, scope, at: 3)
        #expect(try await page(fixture, id).marketingRefusal == refusal(scope))
    }

    @Test("the consent to one scope does not shield another")
    func scopesApart() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        try await stop(fixture, id, .client, at: 1)
        _ = try await fixture.caller.call(again(fixture, id, .client, at: 5))
        try await stop(fixture, id, .audience, at: 2)
        #expect(try await page(fixture, id).marketingRefusal == .audienceUnsubscribe)
        try await stop(fixture, id, .global, at: 2)
        #expect(try await page(fixture, id).marketingRefusal == .globalUnsubscribe)
    }

    @Test("a wish that is repeated late revives nothing, and one that is older than the opt-out neither", arguments: UnsubscribeScope.allCases)
    func repeated(scope: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        try await stop(fixture, id, scope, at: 1)
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2))
        try await stop(fixture, id, scope, at: 3)
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2))
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2, consent: 8))
        #expect(try await page(fixture, id).marketingRefusal == refusal(scope))
    }

    @Test("bounces and complaints are never cleared", arguments: [SuppressionKind.hardBounce, .complaint], UnsubscribeScope.allCases)
    func bounces(kind: SuppressionKind, scope: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        _ = try await fixture.caller.call(AddSuppression(scope: fixture.client.scope, email: "a@example.com", kind: kind, reason: "x"))
        try await stop(fixture, id, scope, at: 1)
        _ = try await fixture.caller.call(again(fixture, id, scope, at: 2))
        #expect(try await page(fixture, id).marketingRefusal == (kind == .hardBounce ? .hardBounce : .complaint))
        let status = try await fixture.status("a@example.com")
        #expect(status.hardBounced == (kind == .hardBounce) && status.complained == (kind == .complaint) && !status.globalUnsubscribed)
    }

    @Test("categories of the client's mail and of the contact's choices are shown by tag, and choices are stored")
    func categories() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        let put = PutSubscriberCategories(
            scope: fixture.scope,
            contactID: id,
            categories: [CategoryPreference(tag: "news", label: nil, enabled: false)],
            reason: "preference page"
        )
        _ = try await fixture.caller.call(put)
        let shown = try await page(fixture, id, ["results", "a b", "news"]).categories
        #expect(shown.map(\.tag) == ["news", "results"] && shown.map(\.enabled) == [false, true] && shown.map(\.label) == ["News", "Results"])
        #expect(try await fixture.refusal(id, category: "news") == .categoryDisabled)
        #expect(try await fixture.refusal(id, category: "results") == nil)
    }

    @Test("a contact of another organization, or an erased one, is nobody (I7), and nothing is kept of it")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        let nobody = ["contact": "not_found"]
        let look = GetSubscriberPreferences(scope: other, contactID: id, categoryTags: [])
        #expect(await failure(fixture.caller, look)?.fields == nobody)
        #expect(await failure(fixture.caller, again(fixture, id, .client, at: 1, in: other))?.fields == nobody)
        var mixed = fixture.scope
        mixed.clientID = other.clientID
        #expect(await failure(fixture.caller, again(fixture, id, .client, at: 1, in: mixed))?.fields == nobody)
        let put = PutSubscriberCategories(scope: other, contactID: id, categories: [], reason: "")
        #expect(await failure(fixture.caller, put)?.fields == nobody)
        var wordless = again(fixture, id, .client, at: 1)
        wordless.wording = " "
        #expect(await failure(fixture.caller, wordless)?.fields == ["wording": "required"])
        #expect(try await fixture.count("audience.consents") == 0)
    }
}
