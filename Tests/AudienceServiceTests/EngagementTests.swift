import Contracts
import JSONRPC
import Model
import TestSupport
import Testing

@testable import AudienceService

@Suite("Engagement and lists", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct EngagementTests {
    @Test("a batch counts once by its key, in any order, and only for contacts of its organization")
    func merge() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.subscriber("a@x.co").contactID
        let other = try await fixture.other("rival")
        let theirs = try await fixture.upsert("b@x.co", in: other).contactID
        var early = RecordEngagement()
        early.add(contact, fixture.scope, opens: 2, clicks: 1, at: Timestamp(microseconds: 1_000_000))
        var late = RecordEngagement()
        late.add(contact, fixture.scope, opens: 1, clicks: 0, at: Timestamp(microseconds: 9_000_000))
        late.add(theirs, fixture.scope, opens: 1, clicks: 0, at: Timestamp(microseconds: 9_000_000))
        late.add(ContactID(999_999), fixture.scope, opens: 1, clicks: 0, at: Timestamp(microseconds: 9_000_000))
        for (call, key) in [(late, "campaign:2"), (early, "campaign:1"), (late, "campaign:2")] {
            _ = try await fixture.caller.call(call, deadline: nil, idempotencyKey: key)
        }
        #expect(try await fixture.count("audience.engagement") == 1)
        let row = try await fixture.text(
            """
            SELECT concat_ws(' ', open_count, human_open_count, click_count, extract(epoch FROM last_opened_at)::int,
            extract(epoch FROM last_clicked_at)::int) FROM audience.engagement
            """
        )
        #expect(row == "3 3 1 9 1")
    }

    @Test("columns of different lengths are refused")
    func unequal() async throws {
        let fixture = try await AudienceFixture.make()
        var call = RecordEngagement()
        call.contactIDs = [1]
        await #expect(throws: (any Error).self) { _ = try await fixture.caller.call(call) }
    }

    @Test("erasing a contact takes its engagement along")
    func erased() async throws {
        let fixture = try await AudienceFixture.make()
        var call = RecordEngagement()
        call.add(try await fixture.upsert("a@x.co").contactID, fixture.scope, opens: 1, clicks: 0, at: Timestamp(microseconds: 1))
        _ = try await fixture.caller.call(call)
        try await fixture.script(
            "DELETE FROM audience.subscriptions; DELETE FROM audience.memberships; DELETE FROM audience.contacts"
        )
        #expect(try await fixture.count("audience.engagement") == 0)
    }

    @Test("candidates of a list are its active members, page by page, with what the list says about them")
    func list() async throws {
        let fixture = try await AudienceFixture.make()
        var ids: [Int64] = []
        for name in ["a", "b", "c", "d"] { ids.append(try #require(try await fixture.subscriber("\(name)@x.co").contactID).rawValue) }
        let scope = fixture.scope
        try await fixture.script(
            """
            INSERT INTO audience.list_trees (audience_id, client_id, organization_id)
            VALUES (\(scope.audienceID), \(scope.clientID), \(scope.organizationID));
            INSERT INTO audience.recipient_lists (audience_id, client_id, key, name, created_at, updated_at)
            VALUES (\(scope.audienceID), \(scope.clientID), 'course', 'Course', now(), now());
            INSERT INTO audience.list_members (list_id, contact_id, source_object_key, metadata, is_named, created_at, updated_at)
            SELECT 1, x.id, 'k' || x.id, jsonb_build_object('points', x.id), x.id <> \(ids[1]), now(), now()
            FROM unnest(ARRAY[\(ids[0]), \(ids[1]), \(ids[2])]) AS x (id);
            """
        )
        var request = CampaignCandidates(
            scope: scope,
            includeTags: [],
            excludeTags: [],
            categoryTag: "",
            after: ContactID(0),
            limit: 1,
            attributeNames: [],
            recipientListKey: "course",
            wantsMember: true
        )
        let first = try await fixture.caller.call(request)
        #expect(first.emails == ["a@x.co"] && first.next == ContactID(ids[0]))
        #expect(first.mergeFields.strings == ["{\"member\": {\"points\": \(ids[0])}}"])
        request.after = ContactID(ids[0])
        request.limit = 5
        request.attributeNames = ["x"]
        let second = try await fixture.caller.call(request)
        #expect(second.emails == ["c@x.co"] && second.next == nil)
        #expect(second.mergeFields.strings == ["{\"attributes\": {}, \"member\": {\"points\": \(ids[2])}}"])
        request.recipientListKey = "nothing"
        #expect(await failure(fixture.caller, request)?.fields == ["recipient_list_key": "not_found"])
        let other = try await fixture.other("rival")
        request.recipientListKey = "course"
        request.scope = other
        #expect(await failure(fixture.caller, request)?.fields == ["recipient_list_key": "not_found"])
    }
}
