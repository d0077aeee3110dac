import Contracts
import Model
import Postgres

extension ListMembersWriter {
    /// Ends the membership of this key; nil when the list does not name it.
    func remove(key: String) async throws -> Int64? {
        let removed = try await tree.connection.run(RemoveMember(listID: listID, key: key, now: tree.now))
        try await settle(removed)
        return removed.first?.contactID
    }

    /// Ends every membership whose key is not among `keys`.
    func removeAbsent(keys: [String]) async throws -> Int {
        var total = 0
        var after: Int64 = 0
        while true {
            let removed = try await tree.connection.run(
                RemoveAbsentMembers(listID: listID, keys: keys, after: after, limit: Self.batch, now: tree.now)
            )
            try await settle(removed)
            total += removed.count
            guard removed.count == Self.batch, let last = removed.map(\.contactID).max() else { return total }
            after = last
        }
    }

    /// Ends a page of memberships whose key an import's file did not name.
    ///
    /// - Returns: how many, and the contact after which to go on; nil at the end.
    func removeAbsent(import jobID: Int64, after: Int64) async throws -> (count: Int, next: Int64?) {
        let removed = try await tree.connection.run(
            RemoveMembersNotImported(listID: listID, jobID: jobID, after: after, limit: Self.batch, now: tree.now)
        )
        try await settle(removed)
        return (removed.count, removed.count == Self.batch ? removed.map(\.contactID).max() : nil)
    }

    /// Forgets a page of what the list says; members that lists below name stay.
    ///
    /// - Returns: the contact after which to go on; nil at the end.
    func clear(after: Int64) async throws -> Int64? {
        let page = try await tree.connection.run(ClearMembers(listID: listID, after: after, limit: Self.batch, now: tree.now))
        let gone = page.filter { $0.reasons == 0 }
        try await count(members: -gone.count, active: -gone.count(where: \.isNamed))
        try await AncestorLists(tree: tree, key: key).change(by: -1, contacts: page.filter(\.isNamed).map(\.contactID))
        return page.count == Self.batch ? page.last?.contactID : nil
    }

    private func settle(_ removed: [RemovedMember]) async throws {
        guard !removed.isEmpty else { return }
        try await count(members: 0, active: -removed.count { $0.reasons == 0 })
        try await AncestorLists(tree: tree, key: key).change(by: -1, contacts: removed.map(\.contactID).sorted())
    }
}
