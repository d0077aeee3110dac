import Contracts
import Model
import Postgres

/// Writes many members of one list in one transaction.
struct BulkListRun: Sendable {
    var scope: AudienceScope
    var key: ListKey
    var change: ListChange
    var patches: [ListMemberPatch]
    var now = Timestamp.now()
    /// Names a member's address among the faults.
    var emailField: @Sendable (Int) -> String

    struct Applied {
        var tree: ListTree
        var list: StoredList
        var counts: ListMembersWriter.Counts

        func writer(_ run: BulkListRun) -> ListMembersWriter { ListMembersWriter(tree: tree, key: run.key, listID: list.id) }

        func page(onlyKey: String, _ run: BulkListRun) -> ListMemberPageRows { ListMemberPageRows(list, run.scope, onlyKey: onlyKey) }
    }

    init(
        scope: AudienceScope,
        key: ListKey,
        change: ListChange,
        patches: [ListMemberPatch],
        emailField: @escaping @Sendable (Int) -> String
    ) {
        self.scope = scope
        self.key = key
        self.change = change
        self.patches = patches
        self.emailField = emailField
    }

    /// Contacts first, then the lists, whose lock is held until the end.
    ///
    /// - Throws: faults of members whose address was erased.
    func apply(_ connection: PostgresConnection) async throws -> Applied {
        let (applied, erased) = try await applyLeavingErased(connection)
        try check(erased)
        return applied
    }

    /// The same without the members whose address was erased, which are told.
    func applyLeavingErased(_ connection: PostgresConnection) async throws -> (Applied, erased: [ListMemberPatch]) {
        try await connection.execute(PlanByKeys())
        let known = try await KnownScope.find(scope, connection)
        let contacts = ListMemberContacts(known: known, key: key, now: now, dryRun: false, connection: connection)
        let (members, erased) = try await contacts.resolve(patches)
        let tree = try await ListTree.lock(known, now: now, connection)
        let list = try await tree.put(key, change).list
        let writer = ListMembersWriter(tree: tree, key: key, listID: list.id)
        do {
            return (Applied(tree: tree, list: list, counts: try await writer.apply(members)), erased)
        } catch let error as PostgresError where error.isForeignKeyViolation(of: "list_members_wall") {
            // A contact was erased before the lists were locked.
            throw ContactVanished()
        }
    }

    /// What would be refused, without writing anything.
    func check(_ connection: PostgresConnection) async throws -> KnownScope {
        try await connection.execute(PlanByKeys())
        let known = try await KnownScope.find(scope, connection)
        let contacts = ListMemberContacts(known: known, key: key, now: now, dryRun: true, connection: connection)
        try check(try await contacts.resolve(patches).erased)
        return known
    }

    private func check(_ erased: [ListMemberPatch]) throws(ValidationFailure) {
        guard !erased.isEmpty else { return }
        let faults = erased.prefix(ListMemberRules.maximumFaults).map { (emailField($0.index), "erased") }
        throw ValidationFailure(Dictionary(faults) { first, _ in first })
    }
}
