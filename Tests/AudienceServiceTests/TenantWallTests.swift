import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("An organization is a wall (D8, I7)", .database(DatabaseTrait.audience))
struct TenantWallTests {
    @Test("the same address in two organizations is two contacts, and suppression of one is nothing to the other")
    func twoContacts() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let mine = try await fixture.subscriber("a@example.com")
        let theirs = try await fixture.upsert("a@example.com", in: other) { change in
            change.complained = true
            change.globalUnsubscribed = true
        }
        #expect(mine.contactID != theirs.contactID)
        #expect(try await fixture.refusal(mine.contactID) == nil)
        #expect(try await fixture.status("a@example.com").complained == false)
    }

    @Test("another organization's audience or client is not found", arguments: [true, false])
    func foreignScope(_ isAudienceForeign: Bool) async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        var mixed = fixture.scope
        if isAudienceForeign { mixed.audienceID = other.audienceID } else { mixed.clientID = other.clientID }
        let expected = [isAudienceForeign ? "audience" : "client": "not_found"]
        let change = ContactChange(email: "a@example.com")
        #expect(await failure(fixture.caller, UpsertContact(scope: mixed, change: change))?.fields == expected)
        #expect(await failure(fixture.caller, GetContactStatus(scope: mixed, email: "a@example.com"))?.fields == expected)
        #expect(await failure(fixture.caller, BeginImport(scope: mixed, header: ["email"], delimiter: ","))?.fields == expected)
        let candidates = CampaignCandidates(
            scope: mixed,
            includeTags: [],
            excludeTags: [],
            categoryTag: "",
            after: ContactID(0),
            limit: 10,
            attributeNames: nil
        )
        #expect(await failure(fixture.caller, candidates)?.fields == expected)
        #expect(try await fixture.count("audience.contacts") == 0)
    }

    @Test("nobody of another organization is eligible, and their subscriptions cannot be ended")
    func foreignContact() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let mine = try await fixture.subscriber("a@example.com")
        #expect(try await fixture.refusal(mine.contactID, in: other) == .suppressed)
        var mixed = fixture.scope
        mixed.organizationID = other.organizationID
        #expect(try await fixture.refusal(mine.contactID, in: mixed) == .suppressed)
        for scope in [other, mixed] {
            for unsubscribeScope in UnsubscribeScope.allCases {
                _ = try await fixture.caller.call(
                    UnsubscribeContact(
                        scope: scope,
                        contactID: try #require(mine.contactID),
                        unsubscribeScope: unsubscribeScope,
                        reason: "",
                        occurredAt: Timestamp(microseconds: 1)
                    )
                )
            }
        }
        #expect(try await fixture.refusal(mine.contactID) == nil)
    }

    @Test("the database itself refuses rows that join two organizations")
    func databaseWall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let mine = try await fixture.subscriber("a@example.com")
        let id = try #require(mine.contactID)
        for sql in [
            "INSERT INTO audience.memberships (audience_id, contact_id) VALUES (\(other.audienceID), \(id))",
            """
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            VALUES (\(fixture.scope.audienceID), \(other.clientID), \(id), 'subscribed', 'test')
            """,
            "INSERT INTO audience.contacts (organization_id, email, created_at, updated_at) VALUES (99, 'a@b.c', now(), now())",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await fixture.script(sql) }
            #expect(error?.sqlState == "23503")
        }
    }

    @Test("verify notices rows that break the wall")
    func verify() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        _ = try await fixture.subscriber("a@example.com")
        #expect(try await fixture.caller.call(AudienceVerify()).mismatches.isEmpty)
        try await fixture.script(
            """
            ALTER TABLE audience.memberships DISABLE TRIGGER memberships_wall;
            INSERT INTO audience.memberships (audience_id, contact_id) SELECT \(other.audienceID), id FROM audience.contacts;
            """
        )
        #expect(try await fixture.caller.call(AudienceVerify()).mismatches.count == 1)
    }
}
