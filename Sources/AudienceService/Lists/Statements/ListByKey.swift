import Contracts
import JSON
import Model
import Postgres

struct ListByKey: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        key: "a"
    )
    var scope: AudienceScope
    var key: String
    var sql: SQL {
        """
        SELECT id, key, type, name, metadata, member_count, active_member_count, last_reconciled_at, created_at, updated_at
        FROM audience.recipient_lists
        WHERE audience_id = \(scope.audienceID) AND client_id = \(scope.clientID) AND key = \(key)
        """
    }

    func decode(_ row: Row) throws -> StoredList { try StoredList(row) }
}

/// The ids of those of these lists that exist.
struct ListIDsByKey: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        keys: ["a"]
    )
    var scope: AudienceScope
    var keys: [String]
    var sql: SQL {
        """
        SELECT id
        FROM audience.recipient_lists
        WHERE audience_id = \(scope.audienceID) AND client_id = \(scope.clientID) AND key = ANY(\(keys)::text[])
        ORDER BY id
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}

/// Adds a list; the tree is locked.
struct AddList: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        key: "a",
        change: ListChange(),
        now: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var key: String
    var change: ListChange
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.recipient_lists (audience_id, client_id, key, type, name, metadata, created_at, updated_at)
        VALUES (
            \(scope.audienceID), \(scope.clientID), \(key), \(change.type?.rawValue ?? RecipientListType.custom.rawValue),
            \(change.name ?? key), \(change.metadata ?? .object(JSONObject())), \(now), \(now)
        )
        RETURNING id, key, type, name, metadata, member_count, active_member_count, last_reconciled_at, created_at, updated_at
        """
    }

    func decode(_ row: Row) throws -> StoredList { try StoredList(row) }
}

/// Writes what a change names; the tree is locked.
struct ChangeList: Statement {
    static let sample = Self(listID: 1, change: ListChange(), now: Timestamp(microseconds: 0))
    var listID: Int64
    var change: ListChange
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.recipient_lists
        SET type = coalesce(\(change.type?.rawValue), type), name = coalesce(\(change.name), name),
            metadata = coalesce(\(change.metadata), metadata), updated_at = \(now)
        WHERE id = \(listID)
        RETURNING id, key, type, name, metadata, member_count, active_member_count, last_reconciled_at, created_at, updated_at
        """
    }

    func decode(_ row: Row) throws -> StoredList { try StoredList(row) }
}

/// Adds the lists above another one, as far as they are missing.
struct AddAncestorLists: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        keys: ["a"],
        now: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var keys: [String]
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.recipient_lists (audience_id, client_id, key, name, metadata, created_at, updated_at)
        SELECT \(scope.audienceID), \(scope.clientID), x.key, x.key, '{"tree_node": true}', \(now), \(now)
        FROM unnest(\(keys)::text[]) AS x (key)
        ON CONFLICT (audience_id, client_id, key) DO NOTHING
        """
    }
}

/// Notes that a list was compared with the client's own.
struct ReconciledList: Statement {
    static let sample = Self(listID: 1, now: Timestamp(microseconds: 0))
    var listID: Int64
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.recipient_lists
        SET last_reconciled_at = \(now), updated_at = \(now)
        WHERE id = \(listID)
        """
    }
}

/// Removes a list that has no members left.
struct DeleteEmptyList: Statement {
    static let sample = Self(listID: 1)
    var listID: Int64
    var sql: SQL {
        """
        DELETE FROM audience.recipient_lists
        WHERE id = \(listID) AND member_count = 0
        """
    }
}
