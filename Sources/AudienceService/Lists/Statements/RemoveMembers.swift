import Model
import Postgres

/// Ends the membership of a key; no row when the list does not name it.
struct RemoveMember: Statement {
    static let sample = Self(listID: 1, key: "k", now: Timestamp(microseconds: 0))
    var listID: Int64
    var key: String
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.list_members
        SET is_named = false, updated_at = \(now), removed_at = CASE WHEN reasons = 0 THEN \(now)::timestamptz END
        WHERE list_id = \(listID) AND source_object_key = \(key) AND is_named
        RETURNING contact_id, true AS is_named, reasons
        """
    }

    func decode(_ row: Row) throws -> RemovedMember { try RemovedMember(row) }
}

/// Ends memberships with other keys than these, a page in the order of their contacts.
struct RemoveAbsentMembers: Statement {
    static let sample = Self(listID: 1, keys: ["k"], after: 0, limit: 1, now: Timestamp(microseconds: 0))
    var listID: Int64
    var keys: [String]
    var after: Int64
    var limit: Int
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.list_members AS members
        SET is_named = false, updated_at = \(now), removed_at = CASE WHEN members.reasons = 0 THEN \(now)::timestamptz END
        FROM (
            SELECT contact_id
            FROM audience.list_members
            WHERE list_id = \(listID) AND contact_id > \(after) AND is_named AND source_object_key <> ALL(\(keys)::text[])
            ORDER BY contact_id
            LIMIT \(limit)
        ) AS absent
        WHERE members.list_id = \(listID) AND members.contact_id = absent.contact_id
        RETURNING members.contact_id, true AS is_named, members.reasons
        """
    }

    func decode(_ row: Row) throws -> RemovedMember { try RemovedMember(row) }
}

/// How many memberships have other keys than these.
struct CountAbsentMembers: Statement {
    static let sample = Self(listID: 1, keys: ["k"])
    var listID: Int64
    var keys: [String]
    var sql: SQL {
        """
        SELECT count(*) AS absent
        FROM audience.list_members
        WHERE list_id = \(listID) AND is_named AND source_object_key <> ALL(\(keys)::text[])
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("absent") }
}

/// Ends memberships whose keys an import's file did not name, a page in the order of their contacts.
struct RemoveMembersNotImported: Statement {
    static let sample = Self(listID: 1, jobID: 1, after: 0, limit: 1, now: Timestamp(microseconds: 0))
    var listID: Int64
    var jobID: Int64
    var after: Int64
    var limit: Int
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.list_members AS members
        SET is_named = false, updated_at = \(now), removed_at = CASE WHEN members.reasons = 0 THEN \(now)::timestamptz END
        FROM (
            SELECT list_members.contact_id
            FROM audience.list_members
            WHERE list_members.list_id = \(listID) AND list_members.contact_id > \(after) AND list_members.is_named
                AND NOT EXISTS (
                    SELECT FROM audience.list_import_rows
                    WHERE list_import_rows.job_id = \(jobID)
                        AND list_import_rows.source_object_key = list_members.source_object_key
                )
            ORDER BY list_members.contact_id
            LIMIT \(limit)
        ) AS absent
        WHERE members.list_id = \(listID) AND members.contact_id = absent.contact_id
        RETURNING members.contact_id, true AS is_named, members.reasons
        """
    }

    func decode(_ row: Row) throws -> RemovedMember { try RemovedMember(row) }
}

/// Forgets a page of a list's own members: rows without a reason from below go, the others lose their key.
struct ClearMembers: Statement {
    static let sample = Self(listID: 1, after: 0, limit: 1, now: Timestamp(microseconds: 0))
    var listID: Int64
    var after: Int64
    var limit: Int
    var now: Timestamp
    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT contact_id, is_named, reasons
            FROM audience.list_members
            WHERE list_id = \(listID) AND contact_id > \(after)
            ORDER BY contact_id
            LIMIT \(limit)
        ), gone AS (
            DELETE FROM audience.list_members USING page
            WHERE list_members.list_id = \(listID) AND list_members.contact_id = page.contact_id AND page.reasons = 0
        ), kept AS (
            UPDATE audience.list_members
            SET source_object_key = NULL, is_named = false, metadata = '{}', updated_at = \(now)
            FROM page
            WHERE list_members.list_id = \(listID) AND list_members.contact_id = page.contact_id AND page.reasons > 0
                AND list_members.source_object_key IS NOT NULL
        )
        SELECT contact_id, is_named, reasons
        FROM page
        ORDER BY contact_id
        """
    }

    func decode(_ row: Row) throws -> RemovedMember { try RemovedMember(row) }
}
