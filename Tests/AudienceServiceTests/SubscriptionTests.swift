import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Subscribing and unsubscribing an address", .database(DatabaseTrait.audience))
struct SubscriptionTests {
    private func subscribe(
        _ fixture: AudienceFixture,
        _ email: String,
        _ width: UnsubscribeScope = .client,
        resubscribe: Bool = false,
        reason: String = ""
    ) async throws -> ContactStatus {
        try await fixture.caller.call(
            SubscribeContact(
                scope: fixture.scope,
                email: email,
                subscribeScope: width,
                tags: ["X"],
                resubscribe: resubscribe,
                reason: reason
            )
        )
    }

    private func unsubscribe(
        _ fixture: AudienceFixture,
        _ email: String,
        _ width: UnsubscribeScope,
        reason: String = "",
        in scope: AudienceScope? = nil
    ) async throws -> ContactStatus {
        try await fixture.caller.call(
            UnsubscribeAddress(scope: scope ?? fixture.scope, email: email, unsubscribeScope: width, reason: reason)
        )
    }

    @Test("a new address is subscribed, verified and tagged")
    func new() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await subscribe(fixture, " Sub@Example.com")
        #expect(contact.email == "sub@example.com" && contact.tags == ["x"])
        #expect(contact.client.status == .subscribed && contact.client.verifiedAt != nil && contact.marketingRefusal == nil)
    }

    @Test("somebody who opted out stays so without resubscribe and its reason (D2)", arguments: UnsubscribeScope.allCases)
    func optOut(width: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await subscribe(fixture, "a@example.com")
        let ended = try await unsubscribe(fixture, "a@example.com", width, reason: "asked")
        let refusal: [UnsubscribeScope: SkipReason] = [
            .client: .clientUnsubscribe, .audience: .audienceUnsubscribe, .global: .globalUnsubscribe,
        ]
        #expect(ended.marketingRefusal == refusal[width])
        #expect(try await subscribe(fixture, "a@example.com", width).marketingRefusal == refusal[width])
        let unreasoned = SubscribeContact(
            scope: fixture.scope,
            email: "a@example.com",
            subscribeScope: width,
            tags: [],
            resubscribe: true,
            reason: " "
        )
        #expect(await failure(fixture.caller, unreasoned)?.fields == ["resubscribe_reason": "required"])
        let back = try await subscribe(fixture, "a@example.com", width, resubscribe: true, reason: "asked again")
        #expect(back.marketingRefusal == nil)
    }

    @Test("a narrow re-subscription does not take back a wider opt-out")
    func narrow() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await subscribe(fixture, "a@example.com")
        _ = try await unsubscribe(fixture, "a@example.com", .audience)
        _ = try await unsubscribe(fixture, "a@example.com", .global)
        let contact = try await subscribe(fixture, "a@example.com", .client, resubscribe: true, reason: "asked")
        #expect(contact.globalUnsubscribed && contact.audience.status == .unsubscribed)
        let wider = try await subscribe(fixture, "a@example.com", .audience, resubscribe: true, reason: "asked")
        #expect(wider.globalUnsubscribed && wider.audience.status == .subscribed)
    }

    @Test("unsubscribing again keeps the first time and reason, in every width", arguments: UnsubscribeScope.allCases)
    func repeated(width: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await subscribe(fixture, "a@example.com")
        let first = try await unsubscribe(fixture, "a@example.com", width, reason: "first")
        #expect(try await unsubscribe(fixture, "a@example.com", width, reason: "second") == first)
    }

    @Test("the opt-out of an address that nobody stored is kept, so that a later import does not mail it")
    func unknown() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await unsubscribe(fixture, "new@example.com", .client, reason: "asked")
        #expect(contact.client.status == .unsubscribed && contact.client.unsubscribeReason == "asked")
        #expect(try await fixture.subscriber("new@example.com").marketingRefusal == .clientUnsubscribe)
    }

    @Test("an opt-out in one organization is nothing to another (I7)")
    func wall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        _ = try await subscribe(fixture, "a@example.com")
        _ = try await unsubscribe(fixture, "a@example.com", .global, in: other)
        #expect(try await fixture.status("a@example.com").marketingRefusal == nil)
        #expect(try await fixture.status("a@example.com", in: other).globalUnsubscribed)
    }

    @Test("bad addresses and reasons are told")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        func fields(_ email: String, _ reason: String) async -> [String: String]? {
            await failure(
                fixture.caller,
                UnsubscribeAddress(scope: fixture.scope, email: email, unsubscribeScope: .client, reason: reason)
            )?.fields
        }
        #expect(await fields("", "") == ["email": "required"])
        #expect(await fields("nope", "") == ["email": "invalid"])
        #expect(await fields("a@example.com", String(repeating: "x", count: 1_001)) == ["reason": "too_long"])
        #expect(try await fixture.count("audience.contacts") == 0)
    }
}
