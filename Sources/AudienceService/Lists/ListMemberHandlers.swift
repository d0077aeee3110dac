import Contracts
import JSON
import Model
import Postgres

extension AudienceHandlers {
    func putListMember(_ request: PutListMember) async throws -> ListMemberPut {
        var patch = ListMemberPatch(key: "", email: "", emailOriginal: "", isNamed: request.member.isActive, index: 0)
        var faults = ListFaults()
        let key = faults.take { () throws(ValidationFailure) in try ListKey(request.listKey) }
        let change = faults.take { () throws(ValidationFailure) in try ListRules.check(request.list) }
        for (field, reason) in ListMemberRules.check(request.member, &patch) {
            faults.add(field == "source_object_key" ? field : "member.\(field)", reason)
        }
        try faults.check()
        guard let key, let change else { throw ValidationFailure.field("list_key", "invalid") }
        let run = BulkListRun(scope: request.scope, key: key, change: change, patches: [patch]) { _ in "member.email" }
        return try await database.retriedTransaction { [patch] connection in
            let applied = try await run.apply(connection)
            let member = try await connection.first(applied.page(onlyKey: patch.key, run))
            guard let list = try await applied.tree.list(key), let member else { throw ContactVanished() }
            return ListMemberPut(list: list.named(applied.tree.known), member: member.member, created: applied.counts.created == 1)
        }
    }

    func removeListMember(_ request: RemoveListMember) async throws -> ListMemberRemoval {
        let key = try ListKey(request.listKey)
        if let fault = PathKeyRules.fault(request.sourceObjectKey) { throw ValidationFailure.field("source_object_key", fault) }
        let member = PathKeyRules.trimmed(request.sourceObjectKey)
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let tree = try await ListTree.lock(known, now: now, connection)
            guard let list = try await tree.list(key) else { throw ValidationFailure.field("list_key", "not_found") }
            let removed = try await ListMembersWriter(tree: tree, key: key, listID: list.id).remove(key: member)
            let row = try await connection.first(ListMemberPageRows(list, request.scope, onlyKey: member))
            return ListMemberRemoval(
                list: (try await tree.list(key) ?? list).named(known),
                member: row?.member ?? ListMember(sourceObjectKey: member),
                removed: removed != nil
            )
        }
    }

    func getListMembers(_ request: GetListMembers) async throws -> ListMemberPage {
        try Self.check(limit: request.limit)
        let (known, list) = try await list(request.listKey, request.scope)
        var statement = ListMemberPageRows(list, request.scope, onlyKey: nil)
        statement.after = request.after
        // One more, to know whether more follow.
        statement.limit = request.limit + 1
        statement.includesRemoved = request.includesRemoved
        let rows = try await planned(statement)
        let members = rows.prefix(request.limit).map(\.member)
        let hasMore = rows.count > request.limit || rows.count < rows.first?.pageCount ?? 0
        return ListMemberPage(list: list.named(known), members: members, next: hasMore ? members.last?.contactID : nil)
    }

    func listMembers(_ request: ListMembers) async throws -> ListMemberColumns {
        try Self.check(limit: request.limit)
        let (known, list) = try await list(request.listKey, request.scope)
        let rows = try await planned(
            ListMemberColumnRows(
                organizationID: known.scope.organizationID,
                listID: list.id,
                after: request.after,
                limit: request.limit + 1
            )
        )
        let page = rows.prefix(request.limit)
        let hasMore = rows.count > request.limit || rows.count < rows.first?.pageCount ?? 0
        return ListMemberColumns(
            contactIDs: page.map(\.contactID),
            emails: page.map(\.email),
            sourceObjectKeys: page.map(\.key),
            metadata: page.map(\.metadata),
            next: hasMore ? page.last.map { ContactID($0.contactID) } : nil
        )
    }

    private static func check(limit: Int) throws(ValidationFailure) {
        guard (1...10_000).contains(limit) else { throw .field("limit", "must_be_between_1_and_10000") }
    }

    private func planned<S: Statement>(_ statement: S) async throws -> [S.Output] where S.Output: Sendable {
        try await database.transaction { connection in
            try await connection.execute(PlanByKeys())
            return try await connection.run(statement)
        }
    }
}

extension ListMemberPageRows {
    /// The members of a list, or the one of a key, removed ones too.
    init(_ list: StoredList, _ scope: AudienceScope, onlyKey: String?) {
        self.init(
            scope: scope,
            listID: list.id,
            key: list.key,
            after: ContactID(0),
            limit: 1,
            includesRemoved: true,
            onlyKey: onlyKey
        )
    }
}

/// Gathers the faults of several checks.
struct ListFaults {
    private var fields: [String: String] = [:]

    mutating func take<Value>(_ check: () throws(ValidationFailure) -> Value) -> Value? {
        do throws(ValidationFailure) {
            return try check()
        } catch {
            fields.merge(error.fields) { first, _ in first }
            return nil
        }
    }

    mutating func add(_ field: String, _ reason: String) { fields[field] = reason }

    func check() throws(ValidationFailure) {
        if !fields.isEmpty { throw ValidationFailure(fields) }
    }
}
