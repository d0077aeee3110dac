import Contracts
import JSON
import JSONRPC
import Model
import Testing

@testable import AudienceService

extension AudienceFixture {
    func putList(_ key: String, _ change: ListChange = ListChange(), in scope: AudienceScope? = nil) async throws -> RecipientListPut {
        try await caller.call(PutRecipientList(scope: scope ?? self.scope, listKey: key, change: change))
    }

    func list(_ key: String, in scope: AudienceScope? = nil) async throws -> RecipientListState {
        try await caller.call(GetRecipientList(scope: scope ?? self.scope, listKey: key))
    }

    @discardableResult
    func add(_ member: String, _ email: String, to key: String, metadata: String? = nil, isActive: Bool = true) async throws -> ListMemberPut {
        let change = ListMemberChange(sourceObjectKey: member, email: email, metadata: metadata, isActive: isActive)
        return try await caller.call(PutListMember(scope: scope, listKey: key, list: ListChange(), member: change))
    }

    @discardableResult
    func remove(_ member: String, from key: String) async throws -> ListMemberRemoval {
        try await caller.call(RemoveListMember(scope: scope, listKey: key, sourceObjectKey: member))
    }

    @discardableResult
    func bulk(_ key: String, _ members: [ListMemberChange], _ list: ListChange = ListChange()) async throws -> ListMembersUpserted {
        try await caller.call(UpsertListMembers(scope: scope, listKey: key, list: list, members: members))
    }

    @discardableResult
    func reconcile(
        _ key: String,
        _ members: [ListMemberChange],
        removesAbsent: Bool = true,
        dryRun: Bool = false
    ) async throws -> ListMembersReconciled {
        try await caller.call(
            ReconcileListMembers(
                scope: scope,
                listKey: key,
                list: ListChange(),
                members: members,
                removesAbsent: removesAbsent,
                dryRun: dryRun
            )
        )
    }

    func members(_ key: String, includesRemoved: Bool = false, limit: Int = 1_000) async throws -> ListMemberPage {
        try await caller.call(
            GetListMembers(scope: scope, listKey: key, after: ContactID(0), limit: limit, includesRemoved: includesRemoved)
        )
    }

    /// Addresses of the active members.
    func emails(_ key: String) async throws -> [String] { try await members(key).members.map(\.email).sorted() }

    /// What a recount finds wrong.
    func mismatches() async throws -> [String] { try await caller.call(AudienceVerify()).mismatches }
}

extension ListMemberChange {
    static func numbered(_ numbers: some Sequence<Int>, metadata: String? = nil) -> [ListMemberChange] {
        numbers.map { ListMemberChange(sourceObjectKey: "user:\($0)", email: "user\($0)@example.com", metadata: metadata) }
    }
}
