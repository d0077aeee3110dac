import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Double opt-in", .database(DatabaseTrait.audience))
struct ConsentTests {
    private func request(
        _ fixture: AudienceFixture,
        _ id: Int64 = 42,
        email: String = "New@Example.com",
        wording: String = "Send me news.",
        in scope: AudienceScope? = nil
    ) -> RequestSubscription {
        RequestSubscription(
            scope: scope ?? fixture.scope,
            email: email,
            tags: ["Asked"],
            attributes: ["first_name": "Ann"],
            wording: wording,
            source: "https://example.org/join",
            requestedFrom: "192.0.2.0",
            requestID: id,
            confirmURL: "https://mail.example.org/confirm/abc",
            templateKey: nil
        )
    }

    private func mails(_ fixture: AudienceFixture) async throws -> Int {
        try await fixture.count("audience.outbox WHERE destination = 'delivery' AND method = 'delivery.sendTransactional'")
    }

    @Test("a request stores a pending subscription, the consent and one mail, and repeating it stores nothing more")
    func requests() async throws {
        let fixture = try await AudienceFixture.make()
        for _ in 0..<2 {
            let answer = try await fixture.caller.call(request(fixture))
            #expect(answer.isMailed && answer.contact.client.status == .pending && answer.contact.tags == ["asked"])
            #expect(answer.contact.marketingRefusal == .unverified)
        }
        #expect(try await fixture.count("audience.consents") == 1)
        #expect(try await mails(fixture) == 1)
        let params = try JSONValue.parse(
            try await fixture.text("SELECT params FROM audience.outbox WHERE destination = 'delivery'").replacing("\\\\", with: "\\")
        )
        #expect(params["message"]?["context"]?["confirm_url"] == "https://mail.example.org/confirm/abc")
        #expect(params["message"]?["email"] == "new@example.com")
    }

    @Test("looking at the page confirms nothing; confirming subscribes and verifies, once")
    func confirms() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.caller.call(request(fixture))
        let page = try await fixture.caller.call(GetSubscriptionRequest(requestID: 42))
        #expect(!page.isConfirmed && !page.isExpired && page.wording == "Send me news." && page.clientName == "app")
        #expect(try await fixture.status("new@example.com").client.status == .pending)
        #expect(try await fixture.caller.call(ConfirmSubscription(requestID: 42, confirmedFrom: "198.51.100.0")).isConfirmed)
        let first = try await fixture.status("new@example.com")
        #expect(first.client.status == .subscribed && first.verifiedAt != nil && first.marketingRefusal == nil)
        _ = try await fixture.caller.call(ConfirmSubscription(requestID: 42, confirmedFrom: "203.0.113.0"))
        #expect(try await fixture.status("new@example.com") == first)
        let consents = try await fixture.caller.call(
            ExplainContact(scope: fixture.scope, email: "new@example.com", categoryTag: "")
        ).consents
        #expect(consents.map(\.wording) == ["Send me news."] && consents.map(\.requestedFrom) == ["192.0.2.0"])
        #expect(consents.map(\.confirmedFrom) == ["198.51.100.0"] && consents.first?.confirmedAt != nil)
        let data = try await fixture.caller.call(ExportPersonalData(scope: fixture.client.scope, email: "new@example.com")).data
        #expect(data["consents"]?.arrayValue?.first?["wording"] == "Send me news.")
    }

    @Test("who is subscribed stays so until the confirmation, and who opted out before the request comes back by it")
    func states() async throws {
        let fixture = try await AudienceFixture.make()
        let subscribed = try await fixture.subscriber("new@example.com")
        #expect(try await fixture.caller.call(request(fixture)).contact.client == subscribed.client)
        _ = try await fixture.caller.call(
            UnsubscribeAddress(scope: fixture.scope, email: "gone@example.com", unsubscribeScope: .client, reason: "asked")
        )
        let pending = try await fixture.caller.call(request(fixture, 43, email: "gone@example.com"))
        #expect(pending.contact.client.status == .unsubscribed)
        _ = try await fixture.caller.call(ConfirmSubscription(requestID: 43, confirmedFrom: ""))
        #expect(try await fixture.status("gone@example.com").marketingRefusal == nil)
    }

    @Test("an opt-out that is younger than the request stays")
    func younger() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.caller.call(request(fixture))
        _ = try await fixture.caller.call(
            UnsubscribeAddress(scope: fixture.scope, email: "new@example.com", unsubscribeScope: .client, reason: "changed my mind")
        )
        _ = try await fixture.caller.call(ConfirmSubscription(requestID: 42, confirmedFrom: ""))
        #expect(try await fixture.status("new@example.com").marketingRefusal == .clientUnsubscribe)
    }

    @Test("a link that is too old, or of nobody, confirms nothing")
    func expired() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.caller.call(request(fixture))
        try await fixture.script("UPDATE audience.consents SET expires_at = now() - interval '1 second'")
        #expect(try await fixture.caller.call(GetSubscriptionRequest(requestID: 42)).isExpired)
        let confirm = ConfirmSubscription(requestID: 42, confirmedFrom: "")
        #expect(await failure(fixture.caller, confirm)?.fields == ["request": "expired"])
        #expect(try await fixture.status("new@example.com").client.status == .pending)
        let unknown = ConfirmSubscription(requestID: 7, confirmedFrom: "")
        #expect(await failure(fixture.caller, unknown)?.fields == ["request": "not_found"])
        #expect(await failure(fixture.caller, GetSubscriptionRequest(requestID: 7))?.fields == ["request": "not_found"])
    }

    @Test("no mail goes to a suppressed address, nor again and again to the same mailbox")
    func mailLimits() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.caller.call(
            AddSuppression(scope: fixture.client.scope, email: "new@example.com", kind: .complaint, reason: "x")
        )
        #expect(try await fixture.caller.call(request(fixture)).isMailed == false)
        #expect(try await mails(fixture) == 0)
        var mailed: [Bool] = []
        for id in 1...7 { mailed.append(try await fixture.caller.call(request(fixture, Int64(id), email: "other@example.com")).isMailed) }
        #expect(mailed == [true, true, true, true, true, false, false])
        #expect(try await mails(fixture) == 5)
    }

    @Test("a request says what it is about, and belongs to one organization (I7)")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        #expect(await failure(fixture.caller, request(fixture, wording: " "))?.fields == ["wording": "required"])
        #expect(await failure(fixture.caller, request(fixture, email: "nope"))?.fields == ["email": "invalid"])
        var mixed = fixture.scope
        mixed.clientID = other.clientID
        #expect(await failure(fixture.caller, request(fixture, in: mixed))?.fields == ["client": "not_found"])
        _ = try await fixture.caller.call(request(fixture, in: other))
        #expect(try await fixture.status("new@example.com").contactID == nil)
        #expect(try await fixture.count("audience.consents") == 1)
    }
}
