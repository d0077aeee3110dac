import Contracts
import JSON
import Model
import Postgres

extension AudienceHandlers {
    func putRecipientList(_ request: PutRecipientList) async throws -> RecipientListPut {
        let key = try ListKey(request.listKey)
        let change = try ListRules.check(request.change)
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let tree = try await ListTree.lock(known, now: now, connection)
            let (list, created) = try await tree.put(key, change)
            return RecipientListPut(list: list.named(known), created: created)
        }
    }

    func getRecipientList(_ request: GetRecipientList) async throws -> RecipientListState {
        let (known, list) = try await list(request.listKey, request.scope)
        return list.named(known)
    }

    /// A list of the scope, and the scope's slugs.
    func list(_ listKey: String, _ scope: AudienceScope) async throws -> (KnownScope, StoredList) {
        let key = try ListKey(listKey)
        let known = try await KnownScope.find(scope, database)
        let list = try await database.first(ListByKey(scope: scope, key: key.text))
        guard let list else { throw ValidationFailure.field("list_key", "not_found") }
        return (known, list)
    }

    func deleteRecipientList(_ request: DeleteRecipientList) async throws -> RecipientListDeletion {
        let key = try ListKey(request.listKey)
        var after: Int64? = 0
        var first: RecipientListState?
        while let start = after {
            let (list, next) = try await clear(key, request.scope, after: start)
            if first == nil { first = list }
            after = next
        }
        let now = Timestamp.now()
        let (known, rest) = try await database.retriedTransaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let tree = try await ListTree.lock(known, now: now, connection)
            if let list = try await tree.list(key) { try await connection.execute(DeleteEmptyList(listID: list.id)) }
            return (known, try await tree.list(key))
        }
        guard let list = rest?.named(known) ?? first else { throw ValidationFailure.field("list_key", "not_found") }
        return RecipientListDeletion(list: list, deleted: rest == nil)
    }

    /// Forgets a page of a list's members.
    private func clear(_ key: ListKey, _ scope: AudienceScope, after: Int64) async throws -> (RecipientListState?, Int64?) {
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(scope, connection)
            let tree = try await ListTree.lock(known, now: now, connection)
            guard let list = try await tree.list(key) else {
                if after == 0 { throw ValidationFailure.field("list_key", "not_found") }
                return (nil, nil)
            }
            return (list.named(known), try await ListMembersWriter(tree: tree, key: key, listID: list.id).clear(after: after))
        }
    }
}
