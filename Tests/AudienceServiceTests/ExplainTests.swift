import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Explain asks the one rule", .database(DatabaseTrait.audience))
struct ExplainTests {
    private func explain(
        _ fixture: AudienceFixture,
        _ email: String = "a@example.com",
        category: String = "",
        in scope: AudienceScope? = nil
    ) async throws -> ContactExplanation {
        try await fixture.caller.call(ExplainContact(scope: scope ?? fixture.scope, email: email, categoryTag: category))
    }

    @Test("every reason that holds is told in the rule's order, and the first is what status and claim say")
    func all() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.upsert("a@example.com").contactID)
        try await fixture.script(
            """
            UPDATE audience.contacts SET hard_bounced_at = now(), complained_at = now(), global_unsubscribed_at = now(),
                validation_status = 'no_mx';
            UPDATE audience.memberships SET status = 'unsubscribed', unsubscribed_at = now();
            UPDATE audience.subscriptions SET status = 'unsubscribed', unsubscribed_at = now(), unsubscribe_reason = 'asked';
            INSERT INTO audience.category_preferences (contact_id, audience_id, client_id, category_tag, enabled)
            SELECT contact_id, audience_id, client_id, 'news', false FROM audience.subscriptions;
            """
        )
        let all: [SkipReason] = [
            .hardBounce, .complaint, .globalUnsubscribe, .invalidEmail, .unverified, .audienceUnsubscribe, .clientUnsubscribe, .categoryDisabled,
        ]
        let found = try await explain(fixture, category: "news")
        #expect(found.marketingRefusals == all)
        #expect(found.transactionalRefusals == [.hardBounce, .complaint, .globalUnsubscribe, .categoryDisabled])
        #expect(found.facts.map(\.reason) == all)
        // Without a category neither a global unsubscribe nor a category blocks transactional mail.
        #expect(try await explain(fixture).transactionalRefusals == [.hardBounce, .complaint])
        #expect(found.facts.first { $0.reason == .clientUnsubscribe }?.detail == "asked")
        #expect(found.facts.first { $0.reason == .hardBounce }?.since != nil)
        #expect(found.contact == (try await fixture.status("a@example.com")))
        // Taking the reasons away one after the other gives what the rule says at each step.
        let remedies = [
            "UPDATE audience.contacts SET hard_bounced_at = NULL", "UPDATE audience.contacts SET complained_at = NULL",
            "UPDATE audience.contacts SET global_unsubscribed_at = NULL", "UPDATE audience.contacts SET validation_status = 'valid'",
            "UPDATE audience.contacts SET verified_at = now()",
            "UPDATE audience.memberships SET status = NULL, unsubscribed_at = NULL",
            "UPDATE audience.subscriptions SET status = 'subscribed', unsubscribed_at = NULL",
            "UPDATE audience.category_preferences SET enabled = true",
        ]
        for (index, remedy) in remedies.enumerated() {
            #expect(try await explain(fixture, category: "news").marketingRefusals == Array(all.dropFirst(index)))
            #expect(try await fixture.refusal(id, category: "news") == all[index])
            try await fixture.script(remedy)
        }
        #expect(try await explain(fixture, category: "news").marketingRefusals == [])
        #expect(try await fixture.refusal(id, category: "news") == nil)
    }

    @Test("a pending subscription, and none at all, are told apart")
    func suppressed() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { $0.verified = true }
        let pending = try await explain(fixture)
        #expect(pending.marketingRefusals == [.suppressed])
        #expect(pending.facts.map(\.detail) == ["the subscription is pending"])
        let sibling = try await fixture.other("acme", client: "second")
        let none = try await explain(fixture, in: sibling)
        #expect(none.marketingRefusals == [.unverified, .suppressed])
        #expect(none.facts.last?.detail == "no subscription of the client")
    }

    @Test("an unknown address, and another organization's, is nobody (I7)")
    func nobody() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        _ = try await fixture.subscriber("a@example.com")
        let found = try await explain(fixture, in: other)
        #expect(found.contact.contactID == nil && found.marketingRefusals == [.suppressed] && found.consents.isEmpty)
        #expect(await failure(fixture.caller, ExplainContact(scope: fixture.scope, email: "x", categoryTag: ""))?.fields == ["email": "invalid"])
        let tag = ExplainContact(scope: fixture.scope, email: "a@example.com", categoryTag: "a b")
        #expect(await failure(fixture.caller, tag)?.fields == ["category_tag": "invalid"])
    }
}

@Suite("Export of personal data", .database(DatabaseTrait.audience))
struct PersonalDataTests {
    @Test("everything of one person in one organization is there, of every client, and nothing of another organization (D7, I7)")
    func everything() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let sibling = try await fixture.other("acme", client: "second")
        _ = try await fixture.subscriber("a@example.com", tags: ["one"])
        _ = try await fixture.upsert("a@example.com", in: sibling) { $0.attributes = ["city": "Ghent"] }
        _ = try await fixture.upsert("a@example.com", in: other) { $0.attributes = ["secret": true] }
        _ = try await fixture.caller.call(
            PutPreferences(
                scope: fixture.scope,
                email: "a@example.com",
                categories: [CategoryPreference(tag: "news", label: nil, enabled: false)],
                reason: "user"
            )
        )
        _ = try await fixture.caller.call(
            AddSuppression(scope: fixture.client.scope, email: "a@example.com", kind: .complaint, reason: "by phone")
        )
        let call = ExportPersonalData(scope: fixture.client.scope, email: "A@example.com")
        let data = try await fixture.caller.call(call).data
        #expect(data["contact"]?["attributes"] == ["city": "Ghent"])
        #expect(data["audiences"]?.arrayValue?.first?["tags"] == ["one"])
        #expect(data["subscriptions"]?.arrayValue?.compactMap { $0["client"]?.stringValue } == ["app", "second"])
        #expect(data["category_preferences"]?.arrayValue?.first?["tag"] == "news")
        #expect(data["suppression_changes"]?.arrayValue?.first?["reason"] == "by phone")
        #expect(data["recipient_lists"] == [])
        #expect(!data.text.contains("secret"))
    }

    @Test("nobody is not found, and somebody of another organization is nobody (I7)")
    func nobody() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        _ = try await fixture.subscriber("a@example.com")
        let theirs = ClientScope(organizationID: other.organizationID, clientID: other.clientID)
        let call = ExportPersonalData(scope: theirs, email: "a@example.com")
        #expect(await failure(fixture.caller, call)?.fields == ["email": "not_found"])
    }
}
