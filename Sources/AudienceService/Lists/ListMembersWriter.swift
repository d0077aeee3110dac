import Contracts
import Model
import Postgres

/// Changes what one list says about its members, and with it the lists above: the one way in which members are written.
///
/// A fixed number of statements for every ten thousand members, under the lock of the tree.
struct ListMembersWriter {
    static let batch = 10_000

    struct Counts: Equatable {
        var created = 0
        /// Written again or not.
        var kept = 0
    }

    let tree: ListTree
    let key: ListKey
    let listID: Int64
    private let ancestors: AncestorLists

    init(tree: ListTree, key: ListKey, listID: Int64) {
        self.tree = tree
        self.key = key
        self.listID = listID
        ancestors = AncestorLists(tree: tree, key: key)
    }

    private var connection: PostgresConnection { tree.connection }

    /// Names or removes these members, each key and each contact once.
    func apply(_ members: [ResolvedListMember]) async throws -> Counts {
        let sorted = members.sorted { $0.contactID < $1.contactID }
        let given = Set(sorted.map(\.contactID))
        // All keys are free before the first one is given.
        for start in stride(from: 0, to: sorted.count, by: Self.batch) {
            try await freeKeys(of: sorted[start..<min(start + Self.batch, sorted.count)], given)
        }
        var counts = Counts()
        for start in stride(from: 0, to: sorted.count, by: Self.batch) {
            let created = try await write(Array(sorted[start..<min(start + Self.batch, sorted.count)]))
            counts.created += created
            counts.kept += min(Self.batch, sorted.count - start) - created
        }
        return counts
    }

    /// Takes keys from the contacts that had them until now; a contact that the request gives no other key leaves the list.
    private func freeKeys(of members: ArraySlice<ResolvedListMember>, _ given: Set<Int64>) async throws {
        let statement = MembersOfOtherContacts(listID: listID, contactIDs: members.map(\.contactID), keys: members.map(\.patch.key))
        let holders = try await connection.run(statement)
        guard !holders.isEmpty else { return }
        try await connection.execute(UnnameMembers(listID: listID, contactIDs: holders.map(\.contactID), now: tree.now))
        let leaving = holders.filter { $0.reasons == 0 && !given.contains($0.contactID) }.map(\.contactID)
        if !leaving.isEmpty { try await connection.execute(DeleteMembers(listID: listID, contactIDs: leaving)) }
        let ended = holders.filter(\.isNamed)
        let inactive = ended.count { $0.reasons == 0 }
        try await count(members: -leaving.count, active: -inactive)
        try await ancestors.change(by: -1, contacts: ended.map(\.contactID))
    }

    /// - Returns: how many are new.
    private func write(_ members: [ResolvedListMember]) async throws -> Int {
        var known = [Bool](repeating: false, count: members.count)
        var changed: [Int] = []
        var ends: [Int64] = []
        var begins: [Int64] = []
        var active = 0
        for (index, found) in try await lookUp(members) {
            let patch = members[index].patch
            known[index] = true
            if patch.isNamed != found.isNamed {
                if patch.isNamed { begins.append(found.contactID) } else { ends.append(found.contactID) }
                if found.reasons == 0 { active += patch.isNamed ? 1 : -1 }
            }
            if found.isChange || patch.isNamed != found.isNamed || patch.key != found.key { changed.append(index) }
        }
        let new = members.indices.filter { !known[$0] }
        let named = new.filter { members[$0].patch.isNamed }
        begins += named.filter { !members[$0].isNew }.map { members[$0].contactID }
        active += named.count
        if !new.isEmpty { try await connection.execute(InsertListMembers(rows: rows(new, members))) }
        if !changed.isEmpty { try await connection.execute(UpdateListMembers(rows: rows(changed, members))) }
        try await count(members: new.count, active: active)
        try await ancestors.change(by: -1, contacts: ends)
        try await ancestors.change(by: 1, contacts: begins.sorted())
        try await ancestors.begin(newContacts: named.filter { members[$0].isNew }.map { members[$0].contactID })
        return new.count
    }

    /// What the list says about these members by their index; contacts of this transaction's own have no rows.
    private func lookUp(_ members: [ResolvedListMember]) async throws -> [(index: Int, found: MembersByContact.Output)] {
        let old = members.indices.filter { !members[$0].isNew }
        guard !old.isEmpty else { return [] }
        let statement = MembersByContact(
            listID: listID,
            contactIDs: old.map { members[$0].contactID },
            metadata: old.map { RawJSONText(members[$0].patch.metadata ?? "null") }
        )
        return try await connection.run(statement).map { (old[$0.index], $0) }
    }

    private func rows(_ indexes: [Int], _ members: [ResolvedListMember]) -> ListMemberRows {
        ListMemberRows(
            listID: listID,
            contactIDs: indexes.map { members[$0].contactID },
            keys: indexes.map { members[$0].patch.key },
            metadata: indexes.map { RawJSONText(members[$0].patch.metadata ?? "null") },
            isNamed: indexes.map { members[$0].patch.isNamed },
            now: tree.now
        )
    }

    func count(members: Int, active: Int) async throws {
        guard members != 0 || active != 0 else { return }
        try await connection.execute(CountMembers(listID: listID, members: Int64(members), active: Int64(active), now: tree.now))
    }
}
