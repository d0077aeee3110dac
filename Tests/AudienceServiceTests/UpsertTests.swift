import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Upserting a contact", .database(DatabaseTrait.audience))
struct UpsertTests {
    @Test("answers as the recorded sample: normalised address, slugs of tags, verification of the client subscription")
    func sample() async throws {
        let fixture = try await AudienceFixture.make()
        let status = try await fixture.upsert("Learner@Example.com") { change in
            change.status = .subscribed
            change.tags = ["ML Zoomcamp", "beta", "Beta"]
            change.verified = true
            change.validationStatus = .externallyValidated
            change.validationReason = "signup"
        }
        #expect(status.email == "learner@example.com")
        #expect(status.tags == ["beta", "ml-zoomcamp"])
        #expect(status.verifiedAt == nil)
        #expect(status.validationStatus == .externallyValidated)
        #expect(status.validationReason == "signup")
        #expect(status.validatedAt != nil)
        #expect(status.audience.slug == "main" && status.audience.status == nil)
        #expect(status.client.slug == "app" && status.client.status == .subscribed && status.client.verifiedAt != nil)
        #expect(status.marketingRefusal == nil && status.transactionalRefusal == nil)
        #expect(try await fixture.status(" LEARNER@example.com ") == status)
    }

    @Test("a new contact without a status is pending")
    func pending() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(try await fixture.upsert("a@example.com").client.status == .pending)
    }

    @Test("what is absent stays: status, verification, validation, tags, attributes (D2)")
    func absentMeansUnchanged() async throws {
        let fixture = try await AudienceFixture.make()
        let first = try await fixture.upsert("a@example.com") { change in
            change.status = .subscribed
            change.verified = true
            change.tags = ["x"]
            change.validationStatus = .valid
            change.attributes = ["name": "Ann", "n": 1]
            change.complained = true
        }
        let second = try await fixture.upsert("a@example.com")
        #expect(second == first)
        #expect(second.complained)
    }

    @Test("an opt-out stays whatever status an upsert names (D2)", arguments: [SubscriptionStatus.subscribed, .pending])
    func optOutStays(_ status: SubscriptionStatus) async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { $0.status = .unsubscribed }
        let kept = try await fixture.upsert("a@example.com") { change in
            change.status = status
            change.verified = true
        }
        #expect(kept.client.status == .unsubscribed)
        #expect(kept.marketingRefusal == .clientUnsubscribe)
    }

    @Test("someone who opted out is subscribed again with resubscribe and its reason, and only then")
    func resubscribe() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { $0.status = .unsubscribed }
        var change = ContactChange(email: "a@example.com")
        change.status = .subscribed
        change.verified = true
        change.resubscribe = true
        #expect(
            await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: change))?.fields == ["resubscribe_reason": "required"]
        )
        change.resubscribeReason = "asked by phone"
        let status = try await fixture.caller.call(UpsertContact(scope: fixture.scope, change: change))
        #expect(status.client.status == .subscribed)
        #expect(status.client.unsubscribedAt == nil)
        #expect(status.marketingRefusal == nil)
    }

    @Test("attributes: members replace members of the same name, null removes one")
    func attributes() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { $0.attributes = ["a": 1, "b": "x", "c": [1, 2]] }
        let status = try await fixture.upsert("a@example.com") { $0.attributes = ["b": nil, "c": [1], "d": true] }
        #expect(status.attributes == ["a": 1, "c": [1], "d": true])
    }

    @Test("every fault of the input is told together")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        var change = ContactChange(email: "nope")
        change.tags = ["ok", "!!!"]
        change.attributes = ["a", "b"]
        let told = await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: change))
        #expect(told?.fields == ["email": "invalid", "tags.1": "invalid", "attributes": "must_be_object"])
        change = ContactChange(email: "  ")
        change.attributes = .object(JSONObject([(key: "a", value: "x\0y")]))
        let other = await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: change))
        #expect(other?.fields == ["email": "required", "attributes": "invalid"])
    }

    @Test("an attribute that no database number can hold is refused", arguments: ["{\"n\":1e999999}", "{\"n\":{\"m\":[1e400]}}"])
    func hugeNumbers(_ text: String) async throws {
        let fixture = try await AudienceFixture.make()
        var change = ContactChange(email: "a@example.com")
        change.attributes = try JSONValue.parse(text)
        let told = await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: change))
        #expect(told?.fields == ["attributes": "invalid"])
    }

    @Test("concurrent upserts of one address make one contact with all their tags", .timeLimit(.minutes(1)))
    func concurrent() async throws {
        let fixture = try await AudienceFixture.make()
        let ids = try await withThrowingTaskGroup(of: ContactID?.self) { group in
            for index in 0..<20 {
                group.addTask { try await fixture.upsert("a@example.com") { $0.tags = ["t\(index)"] }.contactID }
            }
            return try await group.reduce(into: Set<ContactID?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await fixture.status("a@example.com").tags.count == 20)
    }

    @Test("an erased address is refused, and an import passes over it")
    func erased() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.eraseForTest("gone@example.com")
        let told = await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: ContactChange(email: "Gone@example.com")))
        #expect(told?.fields == ["email": "erased"])
        let result = try await fixture.importCSV("email\nok@example.com\ngone@example.com\n")
        #expect(result.counts.created == 1)
        let words = ["email": "the person was erased and is not stored again"]
        #expect(result.faults == [RowFault(line: 3, item: 2, email: "gone@example.com", errors: ["email": "erased"], details: words)])
    }
}
