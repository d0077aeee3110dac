import Model
import Postgres

/// The first reason for contacts that none of the lists has; half the work of ``AddReasons``.
struct BeginReasons: Statement {
    static let sample = Self(listIDs: [1], contactIDs: [1], now: Timestamp(microseconds: 0))
    var listIDs: [Int64]
    var contactIDs: [Int64]
    var now: Timestamp
    var sql: SQL {
        """
        WITH written AS (
            INSERT INTO audience.list_members (list_id, contact_id, is_named, reasons, created_at, updated_at)
            SELECT lists.id, contacts.id, false, 1, \(now), \(now)
            FROM unnest(\(listIDs)::bigint[]) AS lists (id), unnest(\(contactIDs)::bigint[]) AS contacts (id)
        )
        UPDATE audience.recipient_lists
        SET member_count = member_count + \(contactIDs.count), active_member_count = active_member_count + \(contactIDs.count),
            updated_at = \(now)
        WHERE id = ANY(\(listIDs)::bigint[])
        """
    }
}

/// One reason more for each of the contacts in each of the lists, which count what begins with it; the tree is locked.
struct AddReasons: Statement {
    static let sample = Self(listIDs: [1], contactIDs: [1], now: Timestamp(microseconds: 0))
    var listIDs: [Int64]
    var contactIDs: [Int64]
    var now: Timestamp
    var sql: SQL {
        """
        WITH written AS (
            INSERT INTO audience.list_members AS members (list_id, contact_id, is_named, reasons, created_at, updated_at)
            SELECT lists.id, contacts.id, false, 1, \(now), \(now)
            FROM unnest(\(listIDs)::bigint[]) AS lists (id), unnest(\(contactIDs)::bigint[]) AS contacts (id)
            ON CONFLICT (list_id, contact_id) DO UPDATE
            SET reasons = members.reasons + 1, removed_at = NULL, updated_at = \(now)
            -- A row that this statement did not add carries its lock.
            RETURNING members.list_id, members.is_named, members.reasons, members.xmax = 0 AS is_new
        ), counted AS (
            SELECT list_id, count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE reasons = 1 AND NOT is_named) AS begun
            FROM written
            GROUP BY list_id
        )
        UPDATE audience.recipient_lists
        SET member_count = member_count + counted.added, active_member_count = active_member_count + counted.begun, updated_at = \(now)
        FROM counted
        WHERE recipient_lists.id = counted.list_id
        """
    }
}

/// One reason less.
struct TakeReasons: Statement {
    static let sample = Self(listIDs: [1], contactIDs: [1], now: Timestamp(microseconds: 0))
    var listIDs: [Int64]
    var contactIDs: [Int64]
    var now: Timestamp
    var sql: SQL {
        """
        WITH written AS (
            UPDATE audience.list_members AS members
            SET reasons = members.reasons - 1, updated_at = \(now),
                removed_at = CASE WHEN members.reasons = 1 AND NOT members.is_named THEN \(now)::timestamptz END
            FROM unnest(\(listIDs)::bigint[]) AS lists (id), unnest(\(contactIDs)::bigint[]) AS contacts (id)
            WHERE members.list_id = lists.id AND members.contact_id = contacts.id
            RETURNING members.list_id, members.is_named, members.reasons
        ), counted AS (
            SELECT list_id, count(*) FILTER (WHERE reasons = 0 AND NOT is_named) AS ended
            FROM written
            GROUP BY list_id
        )
        UPDATE audience.recipient_lists
        SET active_member_count = active_member_count - counted.ended, updated_at = \(now)
        FROM counted
        WHERE recipient_lists.id = counted.list_id
        """
    }
}
