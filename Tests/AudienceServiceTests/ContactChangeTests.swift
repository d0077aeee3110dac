import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Facts about one contact", .database(DatabaseTrait.audience))
struct ContactChangeTests {
    @Test("verification sets the contact and the client's subscription, and the first time stays")
    func verification() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.upsert("a@example.com") { $0.status = .subscribed }
        let id = try #require(contact.contactID)
        #expect(contact.marketingRefusal == .unverified)
        let first = try await fixture.caller.call(fixture.verification(id, true))
        #expect(first.verifiedAt != nil && first.client.verifiedAt != nil && first.marketingRefusal == nil)
        let again = try await fixture.caller.call(fixture.verification(id, true))
        #expect(again.verifiedAt == first.verifiedAt && again.client.verifiedAt == first.client.verifiedAt)
        #expect(again.updatedAt == first.updatedAt)
        let moment = Timestamp(microseconds: 1_700_000_000_000_000)
        #expect(try await fixture.caller.call(fixture.verification(id, true, at: moment)).verifiedAt == moment)
        let cleared = try await fixture.caller.call(fixture.verification(id, false))
        #expect(cleared.verifiedAt == nil && cleared.client.verifiedAt == nil && cleared.marketingRefusal == .unverified)
    }

    @Test("a validation keeps the time of the same finding, and a reason goes with its status")
    func validation() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        let first = try await fixture.caller.call(fixture.validation(id, .noMX, reason: "no record"))
        #expect(first.validationStatus == .noMX && first.validationReason == "no record" && first.validatedAt != nil)
        #expect(first.marketingRefusal == .invalidEmail)
        let same = try await fixture.caller.call(fixture.validation(id, .noMX, reason: nil))
        #expect(same.validatedAt == first.validatedAt && same.validationReason == "no record")
        let other = try await fixture.caller.call(fixture.validation(id, .valid, reason: nil))
        #expect(other.validationReason == "" && other.marketingRefusal == nil)
        let moment = Timestamp(microseconds: 1_700_000_000_000_000)
        #expect(try await fixture.caller.call(fixture.validation(id, .risky, reason: nil, at: moment)).validatedAt == moment)
        #expect(try await fixture.caller.call(fixture.validation(id, .unknown, reason: nil)).validatedAt == nil)
    }

    @Test("suppression changes only the kinds that are named, and each change is recorded once with its reason (D1)")
    func suppression() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        var change = SetContactSuppression(scope: fixture.scope, contactID: id, reason: "manual")
        change.hardBounced = true
        change.globalUnsubscribed = true
        for _ in 0..<2 {
            let contact = try await fixture.caller.call(change)
            #expect(contact.hardBounced && contact.globalUnsubscribed && !contact.complained)
            #expect(contact.transactionalRefusal == .hardBounce)
        }
        #expect(try await fixture.count("audience.suppression_changes WHERE reason = 'manual' AND is_suppressed") == 2)
        var release = SetContactSuppression(scope: fixture.scope, contactID: id, reason: "a mistake")
        release.hardBounced = false
        let released = try await fixture.caller.call(release)
        #expect(!released.hardBounced && released.globalUnsubscribed)
        #expect(try await fixture.count("audience.suppression_changes WHERE NOT is_suppressed AND kind = 'hard_bounce'") == 1)
        let nothing = try await fixture.caller.call(SetContactSuppression(scope: fixture.scope, contactID: id, reason: ""))
        #expect(nothing == released)
    }

    @Test("tags are replaced, added and taken away, and other audiences keep theirs")
    func tags() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try #require(try await fixture.subscriber("a@example.com", tags: ["Old One"]).contactID)
        func call(_ change: SetContactTags.Change, _ tags: [String]) async throws -> ContactStatus {
            try await fixture.caller.call(SetContactTags(scope: fixture.scope, contactID: id, change: change, tags: tags))
        }
        #expect(try await call(.replace, ["one", "Two", "one"]).tags == ["one", "two"])
        #expect(try await call(.add, ["Three Four"]).tags == ["one", "three-four", "two"])
        #expect(try await call(.remove, ["one"]).tags == ["three-four", "two"])
        let before = try await fixture.status("a@example.com")
        #expect(try await call(.remove, ["absent"]) == before)
        #expect(try await fixture.count("audience.tags WHERE slug = 'absent'") == 0)
        #expect(try await call(.replace, []).tags == [])
        let missing = SetContactTags(scope: fixture.scope, contactID: id, change: .replace, tags: ["ok", "!!"])
        #expect(await failure(fixture.caller, missing)?.fields == ["tags.1": "invalid"])
        let bad = SetContactTags(scope: fixture.scope, contactID: id, change: .add, tags: ["!!"])
        #expect(await failure(fixture.caller, bad)?.fields == ["tag_slug": "invalid"])
    }

    @Test("a contact of another organization, of another client or of nobody is not found, and is not changed (D8, I7)")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let sibling = try await fixture.other("acme", client: "second")
        let id = try #require(try await fixture.subscriber("a@example.com").contactID)
        let before = try await fixture.rowVersions()
        for (scope, contactID) in [(other, id), (sibling, id), (fixture.scope, ContactID(999_999))] {
            let expected = ["contact_id": "not_found"]
            #expect(await failure(fixture.caller, GetContact(scope: scope, contactID: contactID))?.fields == expected)
            #expect(await failure(fixture.caller, fixture.verification(contactID, true, in: scope))?.fields == expected)
            #expect(await failure(fixture.caller, fixture.validation(contactID, .valid, reason: "", in: scope))?.fields == expected)
            var suppress = SetContactSuppression(scope: scope, contactID: contactID, reason: "")
            suppress.complained = true
            #expect(await failure(fixture.caller, suppress)?.fields == expected)
            for change in [SetContactTags.Change.replace, .add, .remove] {
                let call = SetContactTags(scope: scope, contactID: contactID, change: change, tags: ["x"])
                #expect(await failure(fixture.caller, call)?.fields == expected)
            }
        }
        #expect(try await fixture.rowVersions() == before)
        #expect(try await fixture.caller.call(GetContact(scope: fixture.scope, contactID: id)).email == "a@example.com")
    }
}

extension AudienceFixture {
    fileprivate func verification(
        _ id: ContactID,
        _ verified: Bool,
        at moment: Timestamp? = nil,
        in scope: AudienceScope? = nil
    ) -> SetContactVerification {
        SetContactVerification(scope: scope ?? self.scope, contactID: id, verified: verified, verifiedAt: moment)
    }

    fileprivate func validation(
        _ id: ContactID,
        _ status: EmailValidationStatus,
        reason: String?,
        at moment: Timestamp? = nil,
        in scope: AudienceScope? = nil
    ) -> SetContactValidation {
        SetContactValidation(scope: scope ?? self.scope, contactID: id, status: status, reason: reason, validatedAt: moment)
    }
}
