import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@testable import AudienceService

@Suite("The cascade under many writers", .database(DatabaseTrait.audience))
struct ListPropertyTests {
    static let lists = ["a", "a:x", "a:x:1", "a:x:2", "a:y", "b", "b:x", "<all>"]

    @Test("after random adds, removals, reconciles and deletions at the same time the cascade equals a recount", arguments: 1...3)
    func recount(_ seed: UInt64) async throws {
        let fixture = try await AudienceFixture.make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 31 &+ UInt64(writer))
                    for _ in 0..<25 { try await Self.change(fixture, &random) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.mismatches().isEmpty)
        // And a recount of another kind: who is in a list is who is named by it or below it.
        for key in Self.lists {
            let below = key == "<all>" ? "true" : "(key = '\(key)' OR starts_with(key, '\(key):'))"
            let expected = try await fixture.text(
                """
                SELECT coalesce(string_agg(DISTINCT contact_id::text, ',' ORDER BY contact_id::text), '')
                FROM audience.list_members JOIN audience.recipient_lists ON id = list_id WHERE is_named AND \(below)
                """
            )
            let found = try await fixture.text(
                """
                SELECT coalesce(string_agg(contact_id::text, ',' ORDER BY contact_id::text), '')
                FROM audience.list_members JOIN audience.recipient_lists ON id = list_id WHERE active AND key = '\(key)'
                """
            )
            #expect(found == expected, "\(key)")
        }
    }

    private static func change(_ fixture: AudienceFixture, _ random: inout SeededGenerator) async throws {
        let list = lists[Int.random(in: 0..<lists.count, using: &random)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            let member = member(&random)
            try await fixture.add(member.sourceObjectKey, member.email, to: list, isActive: member.isActive)
        case 3...4:
            let call = RemoveListMember(scope: fixture.scope, listKey: list, sourceObjectKey: member(&random).sourceObjectKey)
            // There may be no such list yet, or no more.
            _ = await failure(fixture.caller, call)
        case 5...6: try await fixture.bulk(list, (0..<8).map { _ in member(&random) })
        case 7...8:
            let removesAbsent = Bool.random(using: &random)
            try await fixture.reconcile(list, (0..<5).map { _ in member(&random) }, removesAbsent: removesAbsent)
        default: _ = await failure(fixture.caller, DeleteRecipientList(scope: fixture.scope, listKey: list))
        }
    }

    /// Few keys and addresses, so that they meet often, in all pairings.
    private static func member(_ random: inout SeededGenerator) -> ListMemberChange {
        ListMemberChange(
            sourceObjectKey: "k\(Int.random(in: 0..<8, using: &random))",
            email: "u\(Int.random(in: 0..<8, using: &random))@example.com",
            isActive: Int.random(in: 0..<5, using: &random) > 0
        )
    }

    @Test(
        "verify tells a wrong count, a wrong number of reasons and a missing member above",
        arguments: [
            "UPDATE audience.recipient_lists SET member_count = member_count + 1 WHERE key = 'a'",
            "UPDATE audience.list_members SET reasons = reasons + 1 WHERE list_id = (SELECT id FROM audience.recipient_lists WHERE key = 'a')",
            "DELETE FROM audience.list_members WHERE list_id = (SELECT id FROM audience.recipient_lists WHERE key = '<all>')",
        ]
    )
    func verifyNotices(_ damage: String) async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("a:x", ListMemberChange.numbered(1...3))
        #expect(try await fixture.mismatches().isEmpty)
        try await fixture.script(damage)
        #expect(try await !fixture.mismatches().isEmpty)
    }

    @Test("an erased contact leaves every list of its organization, and the counts with it")
    func erasure() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("a:x", ListMemberChange.numbered(1...3))
        try await fixture.add("other", "user1@example.com", to: "b")
        try await fixture.remove("other", from: "b")
        let id = try #require(try await fixture.status("user1@example.com").contactID)
        let organization = fixture.scope.organizationID
        let gone = try await fixture.owner.transaction { connection in
            try await ListErasure.erase(id, of: organization, connection)
        }
        #expect(gone == 4)
        #expect(try await fixture.list("<all>").memberCount == 2)
        #expect(try await fixture.list("b").memberCount == 0)
        #expect(try await fixture.mismatches().isEmpty)
    }
}

/// Numbers that a seed repeats.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
