import Model
import Postgres

/// Rows of members as columns.
struct ListMemberRows: Sendable {
    static let sample = Self(
        listID: 1,
        contactIDs: [1],
        keys: ["k"],
        metadata: [RawJSONText("{}")],
        isNamed: [true],
        now: Timestamp(microseconds: 0)
    )
    var listID: Int64
    var contactIDs: [Int64]
    var keys: [String]
    /// `null` leaves what is there.
    var metadata: [RawJSONText]
    var isNamed: [Bool]
    var now: Timestamp
}

/// Adds members; the tree is locked.
struct InsertListMembers: Statement {
    static let sample = Self(rows: .sample)
    var rows: ListMemberRows
    var sql: SQL {
        """
        INSERT INTO audience.list_members (
            list_id, contact_id, source_object_key, metadata, is_named, removed_at, created_at, updated_at
        )
        SELECT \(rows.listID), x.contact_id, x.key, CASE WHEN x.metadata = 'null' THEN '{}' ELSE x.metadata END, x.is_named,
            CASE WHEN NOT x.is_named THEN \(rows.now)::timestamptz END, \(rows.now), \(rows.now)
        FROM unnest(\(rows.contactIDs)::bigint[], \(rows.keys)::text[], \(rows.metadata)::jsonb[], \(rows.isNamed)::boolean[])
            AS x (contact_id, key, metadata, is_named)
        """
    }
}

/// Writes what a list says about members that it has; the tree is locked.
struct UpdateListMembers: Statement {
    static let sample = Self(rows: .sample)
    var rows: ListMemberRows
    var sql: SQL {
        """
        UPDATE audience.list_members
        SET source_object_key = x.key,
            metadata = CASE WHEN x.metadata = 'null' THEN list_members.metadata ELSE x.metadata END,
            is_named = x.is_named,
            removed_at = CASE WHEN NOT x.is_named AND list_members.reasons = 0 THEN coalesce(list_members.removed_at, \(rows.now)) END,
            updated_at = \(rows.now)
        FROM unnest(\(rows.contactIDs)::bigint[], \(rows.keys)::text[], \(rows.metadata)::jsonb[], \(rows.isNamed)::boolean[])
            AS x (contact_id, key, metadata, is_named)
        WHERE list_members.list_id = \(rows.listID) AND list_members.contact_id = x.contact_id
        """
    }
}

/// Adds to the counts of a list.
struct CountMembers: Statement {
    static let sample = Self(listID: 1, members: 0, active: 0, now: Timestamp(microseconds: 0))
    var listID: Int64
    var members: Int64
    var active: Int64
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.recipient_lists
        SET member_count = member_count + \(members), active_member_count = active_member_count + \(active), updated_at = \(now)
        WHERE id = \(listID)
        """
    }
}

/// Takes the key and the list's word from members.
struct UnnameMembers: Statement {
    static let sample = Self(listID: 1, contactIDs: [1], now: Timestamp(microseconds: 0))
    var listID: Int64
    var contactIDs: [Int64]
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.list_members
        SET source_object_key = NULL, is_named = false, metadata = '{}', updated_at = \(now),
            removed_at = CASE WHEN reasons = 0 THEN coalesce(removed_at, \(now)) END
        WHERE list_id = \(listID) AND contact_id = ANY(\(contactIDs)::bigint[])
        """
    }
}

struct DeleteMembers: Statement {
    static let sample = Self(listID: 1, contactIDs: [1])
    var listID: Int64
    var contactIDs: [Int64]
    var sql: SQL {
        """
        DELETE FROM audience.list_members
        WHERE list_id = \(listID) AND contact_id = ANY(\(contactIDs)::bigint[])
        """
    }
}
