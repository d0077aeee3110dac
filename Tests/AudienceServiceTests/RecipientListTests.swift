import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@testable import AudienceService

@Suite("Recipient lists", .database(DatabaseTrait.audience))
struct RecipientListTests {
    @Test("a list keeps type, name and metadata that a later request does not give")
    func absentMeansUnchanged() async throws {
        let fixture = try await AudienceFixture.make()
        let change = ListChange(type: .homeworkSubmitters, name: "HW 1", metadata: ["a": 1])
        let first = try await fixture.putList("ml:@e:@hw", change)
        #expect(first.created && first.list.memberCount == 0)
        let second = try await fixture.putList("ml:@e:@hw")
        #expect(!second.created && second.list == first.list)
        let third = try await fixture.putList("ml:@e:@hw", ListChange(name: "HW"))
        #expect(third.list.name == "HW" && third.list.type == .homeworkSubmitters && third.list.metadata == ["a": 1])
        try await fixture.add("sub:1", "a@example.com", to: "ml:@e:@hw")
        #expect(try await fixture.list("ml:@e:@hw").type == .homeworkSubmitters)
    }

    @Test("a member of a list is a member of every list above it and of <all>, once, and lists above are made")
    func cascade() async throws {
        let fixture = try await AudienceFixture.make()
        let put = try await fixture.add("sub:1", "Learner@Example.com", to: "ml:@e:@hw", metadata: #"{"score":3}"#)
        #expect(put.created && put.member.email == "learner@example.com" && put.member.metadata == ["score": 3] && put.member.isActive)
        try await fixture.add("other", "learner@example.com", to: "ml:@p")
        for key in ["ml:@e:@hw", "ml:@e", "ml", "<all>"] {
            let list = try await fixture.list(key)
            #expect(list.memberCount == 1 && list.activeMemberCount == 1)
            #expect(try await fixture.emails(key) == ["learner@example.com"])
        }
        #expect(try await fixture.list("ml").metadata == ["tree_node": true])
        let member = try #require(try await fixture.members("ml").members.first)
        #expect(member.sourceObjectKey == "cascade-contact:\(try #require(member.contactID))")
        let reasons: JSONValue = [
            ["list_key": "ml:@e:@hw", "source_object_key": "sub:1"], ["list_key": "ml:@p", "source_object_key": "other"],
        ]
        #expect(member.metadata["membership_reasons"] == reasons)
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("a membership above stays as long as one reason for it stays")
    func reasons() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.add("1", "a@example.com", to: "x:a")
        try await fixture.add("2", "a@example.com", to: "x:b")
        try await fixture.add("own", "a@example.com", to: "x")
        #expect(try await fixture.remove("1", from: "x:a").removed)
        #expect(try await fixture.emails("x") == ["a@example.com"])
        let direct = try await fixture.remove("own", from: "x")
        #expect(direct.removed && direct.member.isActive && direct.member.removedAt == nil)
        #expect(try await fixture.remove("2", from: "x:b").removed)
        #expect(try await fixture.emails("x").isEmpty)
        #expect(try await fixture.emails("<all>").isEmpty)
        let left = try await fixture.list("x")
        #expect(left.memberCount == 1 && left.activeMemberCount == 0)
        let removed = try #require(try await fixture.members("x", includesRemoved: true).members.first)
        #expect(!removed.isActive && removed.removedAt != nil && removed.sourceObjectKey == "own")
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("removing twice, or what was never there, is an answer and changes nothing")
    func removingAgain() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.add("1", "a@example.com", to: "x:a", metadata: #"{"name":"L"}"#)
        let first = try await fixture.remove("1", from: "x:a")
        #expect(first.removed && first.list.activeMemberCount == 0 && first.member.metadata == ["name": "L"])
        let second = try await fixture.remove("1", from: "x:a")
        #expect(!second.removed && second.member == first.member)
        let absent = try await fixture.remove("nope", from: "x:a")
        #expect(!absent.removed && absent.member == ListMember(sourceObjectKey: "nope"))
        let failed = await failure(fixture.caller, RemoveListMember(scope: fixture.scope, listKey: "none", sourceObjectKey: "1"))
        #expect(failed?.fields == ["list_key": "not_found"])
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("a key that moves to another address takes the membership along, above too")
    func movingKeys() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("x:a", [member("1", "a"), member("2", "b"), member("3", "c")])
        // A swap, a new address for an old key, and an old address under a new key.
        let result = try await fixture.bulk("x:a", [member("1", "b"), member("2", "a"), member("3", "d"), member("4", "e")])
        #expect(result.createdCount == 2 && result.updatedCount == 2)
        let found = try await fixture.members("x:a", includesRemoved: true).members
        #expect(
            Dictionary(uniqueKeysWithValues: found.map { ($0.sourceObjectKey, $0.email) }) == [
                "1": "b@example.com", "2": "a@example.com", "3": "d@example.com", "4": "e@example.com",
            ]
        )
        #expect(try await fixture.emails("x") == ["a", "b", "d", "e"].map { $0 + "@example.com" })
        try await fixture.add("5", "e@example.com", to: "x:a")
        #expect(try await fixture.members("x:a").members.map(\.sourceObjectKey).sorted() == ["1", "2", "3", "5"])
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("of members with the same key or address the last one counts, as if they were written one after another")
    func lastOneCounts() async throws {
        let fixture = try await AudienceFixture.make()
        let result = try await fixture.bulk(
            "x",
            [member("1", "a"), member("2", "a"), member("1", "b"), member("3", "A"), member("9", "z", isActive: false)]
        )
        #expect(result.createdCount + result.updatedCount == 5 && result.createdCount == 3)
        let found = try await fixture.members("x", includesRemoved: true).members
        #expect(
            Set(found.map { "\($0.sourceObjectKey) \($0.email) \($0.isActive)" }) == [
                "3 a@example.com true", "1 b@example.com true", "9 z@example.com false",
            ]
        )
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("a reconcile removes what is absent, a dry run only counts, and metadata that is not given stays")
    func reconcile() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("ml:@hw", [member("1", "a", #"{"n":1}"#), member("2", "b", #"{"n":2}"#)])
        let before = try await fixture.rowVersions() + listVersions(fixture)
        let dry = try await fixture.reconcile("ml:@hw", [member("2", "b"), member("3", "new")], dryRun: true)
        #expect(dry.dryRun && dry.upsertCount == 2 && dry.removedCount == 1 && dry.list.activeMemberCount == 2)
        #expect(try await fixture.rowVersions() + listVersions(fixture) == before)
        let done = try await fixture.reconcile("ml:@hw", [member("2", "b"), member("3", "new")])
        #expect(done.upsertCount == 2 && done.removedCount == 1 && done.list.memberCount == 3 && done.list.activeMemberCount == 2)
        #expect(done.list.lastReconciledAt != nil)
        #expect(try await fixture.emails("ml") == ["b@example.com", "new@example.com"])
        #expect(try await fixture.members("ml:@hw").members.first { $0.sourceObjectKey == "2" }?.metadata == ["n": 2])
        let kept = try await fixture.reconcile("ml:@hw", [], removesAbsent: false)
        #expect(kept.removedCount == 0 && kept.list.activeMemberCount == 2)
        #expect(try await fixture.reconcile("ml:@hw", []).removedCount == 2)
        #expect(try await fixture.emails("<all>").isEmpty)
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("a dry run of a list that does not exist makes neither list nor contact")
    func dryRunOfNothing() async throws {
        let fixture = try await AudienceFixture.make()
        let dry = try await fixture.reconcile("fresh", [member("1", "a")], dryRun: true)
        #expect(dry.upsertCount == 1 && dry.removedCount == 0 && dry.list.createdAt == nil && dry.list.name == "fresh")
        #expect(try await fixture.count("audience.contacts") == 0)
        #expect(try await fixture.count("audience.recipient_lists") == 0)
    }

    @Test("deleting a list ends what it says, and it stays as a node while lists below have members")
    func deleting() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("x", [member("1", "a"), member("2", "b")])
        try await fixture.bulk("x:y", [member("1", "a")])
        let first = try await fixture.caller.call(DeleteRecipientList(scope: fixture.scope, listKey: "x"))
        #expect(!first.deleted && first.list.memberCount == 1 && first.list.activeMemberCount == 1)
        #expect(try await fixture.emails("<all>") == ["a@example.com"])
        #expect(try await fixture.members("x").members.map(\.sourceObjectKey.count) == ["cascade-contact:1".count])
        #expect(try await fixture.caller.call(DeleteRecipientList(scope: fixture.scope, listKey: "x:y")).deleted)
        #expect(try await fixture.caller.call(DeleteRecipientList(scope: fixture.scope, listKey: "x")).deleted)
        for key in ["x", "x:y"] {
            let call = DeleteRecipientList(scope: fixture.scope, listKey: key)
            #expect(await failure(fixture.caller, call)?.fields == ["list_key": "not_found"])
        }
        #expect(try await fixture.emails("<all>").isEmpty)
        #expect(try await fixture.mismatches().isEmpty)
    }

    private func member(_ key: String, _ name: String, _ metadata: String? = nil, isActive: Bool = true) -> ListMemberChange {
        ListMemberChange(sourceObjectKey: key, email: "\(name)@example.com", metadata: metadata, isActive: isActive)
    }

    private func listVersions(_ fixture: AudienceFixture) async throws -> String {
        var versions = ""
        for table in ["recipient_lists", "list_members"] {
            versions += try await fixture.text("SELECT string_agg(ctid::text || xmin::text, ',' ORDER BY ctid) FROM audience.\(table)") + ";"
        }
        return versions
    }
}
