import Contracts
import JSON
import Model
import Postgres

/// All lists of one client in one audience, locked for the rest of the transaction: one writer of members at a time.
///
/// The lock comes after those of contacts, everywhere.
struct ListTree {
    let known: KnownScope
    let now: Timestamp
    let connection: PostgresConnection

    var scope: AudienceScope { known.scope }

    static func lock(_ known: KnownScope, now: Timestamp, _ connection: PostgresConnection) async throws -> ListTree {
        if try await connection.first(LockListTree(scope: known.scope)) == nil {
            try await connection.execute(AddListTree(scope: known.scope))
            _ = try await connection.first(LockListTree(scope: known.scope))
        }
        return ListTree(known: known, now: now, connection: connection)
    }

    func list(_ key: ListKey) async throws -> StoredList? {
        try await connection.first(ListByKey(scope: scope, key: key.text))
    }

    /// The list as it was before its members change, made or changed as the request says.
    func put(_ key: ListKey, _ change: ListChange) async throws -> (list: StoredList, created: Bool) {
        if let list = try await list(key) {
            guard change != ListChange() else { return (list, false) }
            let changed = try await connection.first(ChangeList(listID: list.id, change: change, now: now))
            return (changed ?? list, false)
        }
        let added = try await connection.first(AddList(scope: scope, key: key.text, change: change, now: now))
        guard let added else { throw ContactVanished() }
        return (added, true)
    }

    /// The ids of the lists above that exist; with `adds` those that are missing are made first.
    func ancestors(of key: ListKey, adds: Bool) async throws -> [Int64] {
        let keys = key.ancestors.map(\.text)
        guard !keys.isEmpty else { return [] }
        let found = try await connection.run(ListIDsByKey(scope: scope, keys: keys))
        guard adds, found.count < keys.count else { return found }
        try await connection.execute(AddAncestorLists(scope: scope, keys: keys, now: now))
        return try await connection.run(ListIDsByKey(scope: scope, keys: keys))
    }
}
