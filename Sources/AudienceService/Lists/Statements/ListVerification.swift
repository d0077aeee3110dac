import Postgres

/// Lists whose counts are not those of their rows.
struct MiscountedLists: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS found,
            count(*) FILTER (
                WHERE lists.member_count <> coalesce(rows.members, 0) OR lists.active_member_count <> coalesce(rows.active, 0)
            ) AS wrong
        FROM audience.recipient_lists AS lists
        FULL JOIN (
            SELECT list_id, count(*) AS members, count(*) FILTER (WHERE active) AS active
            FROM audience.list_members
            GROUP BY list_id
        ) AS rows ON rows.list_id = lists.id
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}

/// Members of lists above whose reasons are not the number of lists below that name them, and those that are missing.
struct MiscountedReasons: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        WITH expected AS (
            SELECT above.id AS list_id, members.contact_id, count(*) AS reasons
            FROM audience.recipient_lists AS lists
            CROSS JOIN LATERAL audience.list_ancestors(lists.key) AS ancestors (key)
            LEFT JOIN audience.recipient_lists AS above ON above.audience_id = lists.audience_id
                AND above.client_id = lists.client_id AND above.key = ancestors.key
            JOIN audience.list_members AS members ON members.list_id = lists.id AND members.is_named
            GROUP BY above.id, members.contact_id
        ), stored AS (
            SELECT list_id, contact_id, reasons
            FROM audience.list_members
            WHERE reasons > 0
        )
        SELECT count(*) AS found, count(*) FILTER (WHERE expected.reasons IS DISTINCT FROM stored.reasons) AS wrong
        FROM expected
        FULL JOIN stored ON stored.list_id = expected.list_id AND stored.contact_id = expected.contact_id
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}

/// Members whose contact is missing or of another organization.
struct ForeignListMembers: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS found, count(*) FILTER (WHERE contacts.organization_id IS DISTINCT FROM trees.organization_id) AS wrong
        FROM audience.list_members AS members
        LEFT JOIN audience.recipient_lists AS lists ON lists.id = members.list_id
        LEFT JOIN audience.list_trees AS trees ON trees.audience_id = lists.audience_id AND trees.client_id = lists.client_id
        LEFT JOIN audience.contacts ON contacts.id = members.contact_id
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}
