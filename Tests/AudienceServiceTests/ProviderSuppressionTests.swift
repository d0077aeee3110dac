import Contracts
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Suppression by the provider's events", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct ProviderSuppressionTests {
    private func event(
        _ id: String,
        _ fixture: AudienceFixture,
        _ address: String,
        _ kind: ProviderSuppression.Kind = .hardBounce,
        at seconds: Int64 = 1_000,
        in organization: OrganizationID? = nil
    ) -> ProviderSuppression {
        ProviderSuppression(
            eventID: id,
            organizationID: organization ?? fixture.scope.organizationID,
            address: address,
            kind: kind,
            occurredAt: Timestamp(microseconds: seconds * 1_000_000),
            detail: "Permanent/General 5.1.1"
        )
    }

    private func apply(_ fixture: AudienceFixture, _ events: ProviderSuppression...) async throws -> Int {
        try await fixture.caller.call(ApplyProviderSuppression(events: events)).applied
    }

    @Test("a hard bounce stops all mail, a complaint too, whatever the spelling of the address; others are untouched")
    func suppressed() async throws {
        let fixture = try await AudienceFixture.make()
        let ann = try await fixture.subscriber("ann@example.com")
        let bob = try await fixture.subscriber("bob@example.com")
        let eve = try await fixture.subscriber("eve@example.com")
        #expect(try await apply(fixture, event("1", fixture, "Ann@Example.COM"), event("2", fixture, "bob@example.com", .complaint)) == 2)
        #expect(try await fixture.refusal(ann.contactID) == .hardBounce)
        #expect(try await fixture.refusal(bob.contactID) == .complaint)
        #expect(try await fixture.refusal(eve.contactID) == nil)
        let status = try await fixture.status("ann@example.com")
        #expect(status.transactionalRefusal == .hardBounce && status.client.status == .subscribed)
    }

    @Test("an event counts once: after an operator lifted the suppression its copy changes nothing, a new event does")
    func once() async throws {
        let fixture = try await AudienceFixture.make()
        let ann = try await fixture.subscriber("ann@example.com")
        #expect(try await apply(fixture, event("1", fixture, "ann@example.com")) == 1)
        try await fixture.script("UPDATE audience.contacts SET hard_bounced_at = NULL")
        let before = try await fixture.rowVersions()
        #expect(try await apply(fixture, event("1", fixture, "ann@example.com"), event("1", fixture, "ann@example.com")) == 0)
        #expect(try await fixture.rowVersions() == before)
        #expect(try await fixture.refusal(ann.contactID) == nil)
        #expect(try await apply(fixture, event("2", fixture, "ann@example.com")) == 1)
        #expect(try await fixture.refusal(ann.contactID) == .hardBounce)
    }

    @Test("an event from before an operator lifted the suppression does not bring it back, one from afterwards does")
    func lifted() async throws {
        let fixture = try await AudienceFixture.make()
        let ann = try await fixture.subscriber("ann@example.com")
        _ = try await apply(fixture, event("1", fixture, "ann@example.com", at: 1_000))
        try await fixture.script(
            """
            UPDATE audience.contacts SET hard_bounced_at = NULL;
            INSERT INTO audience.suppression_changes (contact_id, kind, is_suppressed, source, changed_at)
            SELECT id, 'hard_bounce', false, 'api', to_timestamp(2000) FROM audience.contacts;
            """
        )
        #expect(try await apply(fixture, event("2", fixture, "ann@example.com", at: 1_500)) == 1)
        #expect(try await fixture.refusal(ann.contactID) == nil)
        #expect(try await apply(fixture, event("3", fixture, "ann@example.com", at: 2_500)) == 1)
        #expect(try await fixture.refusal(ann.contactID) == .hardBounce)
        #expect(try await fixture.count("audience.suppression_changes WHERE is_suppressed AND source = 'provider'") == 2)
    }

    @Test("any order of events gives the first time, and none of them clears anything", arguments: [[1, 2, 3], [3, 1, 2], [2, 3, 1]])
    func order(times: [Int]) async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.subscriber("ann@example.com")
        for time in times {
            let kind: ProviderSuppression.Kind = time == 3 ? .complaint : .hardBounce
            _ = try await apply(fixture, event("\(time)", fixture, "ann@example.com", kind, at: Int64(time) * 1_000))
        }
        let query = "SELECT extract(epoch FROM hard_bounced_at)::bigint || ' ' || extract(epoch FROM complained_at)::bigint FROM audience.contacts"
        #expect(try await fixture.text(query) == "1000 3000")
    }

    @Test("the wall: an event of one organization leaves the same address of another alone, and of none does nothing")
    func wall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("rival")
        _ = try await fixture.subscriber("ann@example.com")
        let there = try await fixture.upsert("ann@example.com", in: other) { change in
            change.status = .subscribed
            change.verified = true
        }
        #expect(try await apply(fixture, event("1", fixture, "ann@example.com")) == 1)
        #expect(try await fixture.refusal(there.contactID, in: other) == nil)
        #expect(try await apply(fixture, event("2", fixture, "ann@example.com", in: OrganizationID(999))) == 0)
    }

    @Test("an address without a contact stays suppressed when it is added later; one that no contact can have changes nothing")
    func stranger() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(try await apply(fixture, event("1", fixture, "copy@example.com"), event("2", fixture, "not an address")) == 2)
        let added = try await fixture.subscriber("copy@example.com")
        #expect(try await fixture.refusal(added.contactID) == .hardBounce)
        #expect(try await fixture.count("audience.contacts") == 1)
        #expect(try await fixture.count("audience.provider_suppressions WHERE contact_id IS NULL") == 1)
    }

    @Test("an erased person does not come back as a contact")
    func erased() async throws {
        let fixture = try await AudienceFixture.make()
        // The keyed hash of gone@example.com under a key of 32 zero bytes.
        try await fixture.script(
            """
            UPDATE audience.organizations SET tombstone_key = decode(repeat('00', 32), 'hex');
            INSERT INTO audience.tombstones (organization_id, email_hash)
            VALUES (1, decode('f6d70009607bcfb600dc327d278c4fbd289367aaf0775d5ff6bc96263ff3832f', 'hex'));
            """
        )
        #expect(try await apply(fixture, event("1", fixture, "gone@example.com"), event("2", fixture, "here@example.com")) == 2)
        #expect(try await fixture.text("SELECT string_agg(email, ',') FROM audience.contacts") == "here@example.com")
    }

    @Test("a list past the limit is refused as a whole")
    func limit() async throws {
        let fixture = try await AudienceFixture.make()
        let events = (0...ApplyProviderSuppression.maximumEvents).map { event("\($0)", fixture, "p\($0)@example.com") }
        await #expect(throws: (any Error).self) { try await fixture.caller.call(ApplyProviderSuppression(events: events)) }
        #expect(try await fixture.count("audience.provider_suppressions") == 0)
    }
}
