import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@testable import AudienceService

@Suite("Bad input about recipient lists changes nothing (I11)", .database(DatabaseTrait.audience))
struct ListBadInputTests {
    @Test(
        "a key that cannot be a path is refused",
        arguments: ["", " ", "a/b", String(repeating: "k", count: 256), String(repeating: "a:", count: 16) + "a", "<all>:x", "a\0b"]
    )
    func badKeys(_ key: String) async throws {
        let fixture = try await AudienceFixture.make()
        let expected = ["list_key": key.allSatisfy(\.isWhitespace) ? "required" : "invalid"]
        let calls = PutRecipientList(scope: fixture.scope, listKey: key, change: ListChange())
        #expect(await failure(fixture.caller, calls)?.fields == expected)
        #expect(await failure(fixture.caller, GetRecipientList(scope: fixture.scope, listKey: key))?.fields == expected)
        #expect(try await fixture.count("audience.recipient_lists") == 0)
    }

    @Test(
        "odd but possible keys have every list above them",
        arguments: [
            ("a::b", ["a:", "a", "<all>"]), (":a", ["<all>"]), ("a", ["<all>"]), ("<all>", []), ("ml:@e:@hw", ["ml:@e", "ml", "<all>"]),
        ]
    )
    func ancestors(_ key: String, _ above: [String]) throws {
        #expect(try ListKey(key).ancestors.map(\.text) == above)
    }

    @Test("every fault of a request is told together, and a good member beside a bad one is not written")
    func together() async throws {
        let fixture = try await AudienceFixture.make()
        let call = UpsertListMembers(
            scope: fixture.scope,
            listKey: "x",
            list: ListChange(name: " ", metadata: ["a": .string("\0")]),
            members: [
                ListMemberChange(sourceObjectKey: "1", email: "fine@example.com"),
                ListMemberChange(sourceObjectKey: "", email: "nobody"),
                ListMemberChange(sourceObjectKey: "a/b", email: "", metadata: "[]"),
                ListMemberChange(sourceObjectKey: "cascade-contact:7", email: "a@example.com", metadata: #"{"a":1e999}"#),
            ]
        )
        let fields = await failure(fixture.caller, call)?.fields
        #expect(
            fields == [
                "name": "required", "metadata": "invalid", "members.1.source_object_key": "required", "members.1.email": "invalid",
                "members.2.source_object_key": "invalid", "members.2.email": "required", "members.2.metadata": "must_be_object",
                "members.3.source_object_key": "invalid", "members.3.metadata": "invalid",
            ]
        )
        #expect(try await fixture.count("audience.contacts") == 0)
        #expect(try await fixture.count("audience.recipient_lists") == 0)
    }

    @Test("a flood of faults is told in part")
    func manyFaults() async throws {
        let fixture = try await AudienceFixture.make()
        let members = (0..<5_000).map { ListMemberChange(sourceObjectKey: "\($0)", email: "no") }
        let call = ReconcileListMembers(scope: fixture.scope, listKey: "x", list: ListChange(), members: members)
        let fields = try #require(await failure(fixture.caller, call)?.fields)
        #expect(fields.count == ListMemberRules.maximumFaults)
    }

    @Test("somebody who was erased does not come back by a list")
    func erased() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.eraseForTest("gone@example.com")
        let members = [
            ListMemberChange(sourceObjectKey: "1", email: "here@example.com"),
            ListMemberChange(sourceObjectKey: "2", email: "Gone@Example.com"),
        ]
        let bulk = UpsertListMembers(scope: fixture.scope, listKey: "x", list: ListChange(), members: members)
        #expect(await failure(fixture.caller, bulk)?.fields == ["members.1.email": "erased"])
        let dry = ReconcileListMembers(scope: fixture.scope, listKey: "x", list: ListChange(), members: members, dryRun: true)
        #expect(await failure(fixture.caller, dry)?.fields == ["members.1.email": "erased"])
        let one = PutListMember(scope: fixture.scope, listKey: "x", list: ListChange(), member: members[1])
        #expect(await failure(fixture.caller, one)?.fields == ["member.email": "erased"])
        #expect(try await fixture.count("audience.contacts") == 0)
    }

    @Test("being named by a list clears nothing that is stored about a contact, and subscribes nobody (I6)")
    func contactsAreKept() async throws {
        let fixture = try await AudienceFixture.make()
        let before = try await fixture.upsert("a@example.com") { change in
            change.complained = true
            change.globalUnsubscribed = true
            change.attributes = ["k": "v"]
            change.tags = ["t"]
            change.status = .subscribed
        }
        try await fixture.bulk(
            "x",
            [
                ListMemberChange(sourceObjectKey: "1", email: "A@example.com"), ListMemberChange(sourceObjectKey: "2", email: "new@example.com"),
            ]
        )
        #expect(try await fixture.status("a@example.com") == before)
        let new = try await fixture.status("new@example.com")
        #expect(new.contactID != nil && new.client.status == nil && new.marketingRefusal == .unverified)
        #expect(try await fixture.count("audience.memberships") == 2)
    }

    @Test("another organization's lists are not found, and its audience and client neither (I7)")
    func wall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        try await fixture.add("1", "a@example.com", to: "x:y")
        let expected = ["list_key": "not_found"]
        for key in ["x:y", "x", "<all>"] {
            #expect(await failure(fixture.caller, GetRecipientList(scope: other, listKey: key))?.fields == expected)
            #expect(await failure(fixture.caller, DeleteRecipientList(scope: other, listKey: key))?.fields == expected)
            let page = GetListMembers(scope: other, listKey: key, after: ContactID(0), limit: 10, includesRemoved: true)
            #expect(await failure(fixture.caller, page)?.fields == expected)
            #expect(await failure(fixture.caller, ListMembers(scope: other, listKey: key, after: ContactID(0), limit: 10))?.fields == expected)
            let removal = RemoveListMember(scope: other, listKey: key, sourceObjectKey: "1")
            #expect(await failure(fixture.caller, removal)?.fields == expected)
        }
        for isAudienceForeign in [true, false] {
            var mixed = fixture.scope
            if isAudienceForeign { mixed.audienceID = other.audienceID } else { mixed.clientID = other.clientID }
            let fault = [isAudienceForeign ? "audience" : "client": "not_found"]
            #expect(await failure(fixture.caller, PutRecipientList(scope: mixed, listKey: "z", change: ListChange()))?.fields == fault)
            let members = [ListMemberChange(sourceObjectKey: "1", email: "b@example.com")]
            let bulk = UpsertListMembers(scope: mixed, listKey: "z", list: ListChange(), members: members)
            #expect(await failure(fixture.caller, bulk)?.fields == fault)
            let job = AddListImport(scope: mixed, listKey: "z", list: ListChange(), sourceURL: "https://example.org/", idempotencyKey: nil)
            #expect(await failure(fixture.caller, job)?.fields == fault)
        }
        // The same key is another list over there, with other people.
        let theirs = try await fixture.caller.call(
            PutListMember(
                scope: other,
                listKey: "x:y",
                list: ListChange(),
                member: ListMemberChange(sourceObjectKey: "1", email: "b@example.com")
            )
        )
        #expect(theirs.created && theirs.list.memberCount == 1)
        #expect(try await fixture.emails("<all>") == ["a@example.com"])
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("the database itself refuses a member of another organization, and verify notices one")
    func databaseWall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        _ = try await fixture.upsert("b@example.com", in: other)
        try await fixture.add("1", "a@example.com", to: "x")
        let insert = """
            INSERT INTO audience.list_members (list_id, contact_id, source_object_key, is_named, created_at, updated_at)
            SELECT (SELECT id FROM audience.recipient_lists WHERE key = 'x'), id, 'k', true, now(), now()
            FROM audience.contacts WHERE email = 'b@example.com'
            """
        await #expect(throws: (any Error).self) { try await fixture.script(insert) }
        try await fixture.script("ALTER TABLE audience.list_members DISABLE TRIGGER list_members_wall; \(insert)")
        #expect(try await fixture.mismatches().count == 3)
    }
}
