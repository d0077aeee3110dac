import Model
import Postgres

/// Rows of an audience whose contact is missing or of another organization.
struct ForeignMemberships: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS found, count(*) FILTER (WHERE contacts.organization_id IS DISTINCT FROM audiences.organization_id) AS wrong
        FROM audience.memberships
        LEFT JOIN audience.audiences ON audiences.id = memberships.audience_id
        LEFT JOIN audience.contacts ON contacts.id = memberships.contact_id
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}

/// Subscriptions without their row in the audience, or of a client of another organization.
struct ForeignSubscriptions: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS found,
            count(*) FILTER (
                WHERE memberships.contact_id IS NULL OR clients.organization_id IS DISTINCT FROM audiences.organization_id
            ) AS wrong
        FROM audience.subscriptions
        LEFT JOIN audience.audiences ON audiences.id = subscriptions.audience_id
        LEFT JOIN audience.clients ON clients.id = subscriptions.client_id
        LEFT JOIN audience.memberships ON memberships.audience_id = subscriptions.audience_id
            AND memberships.contact_id = subscriptions.contact_id
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}

/// Rows of an audience that name a tag which the audience does not have.
struct UntaggedReferences: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS found,
            count(*) FILTER (
                WHERE NOT memberships.tag_ids <@ ARRAY(SELECT tags.id FROM audience.tags WHERE tags.audience_id = memberships.audience_id)
            ) AS wrong
        FROM (
            SELECT DISTINCT memberships.audience_id, memberships.tag_ids
            FROM audience.memberships
        ) AS memberships
        """
    }

    func decode(_ row: Row) throws -> Recount { try Recount(row) }
}

/// Imports whose total is not the sum of their pages; imports whose pages were forgotten are not judged.
struct MiscountedImports: Statement {
    static let sample = Self()

    struct Output: Sendable {
        var jobID: ImportJobID
        var total: Int64
        var recounted: Int64
    }

    var sql: SQL {
        """
        SELECT import_jobs.id, import_jobs.total_count, coalesce(sum(import_pages.total_count), 0)::bigint AS recounted
        FROM audience.import_jobs
        LEFT JOIN audience.import_pages ON import_pages.job_id = import_jobs.id
        GROUP BY import_jobs.id
        HAVING count(import_pages.job_id) = import_jobs.next_sequence
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(jobID: try row.decode("id"), total: try row.decode("total_count"), recounted: try row.decode("recounted"))
    }
}

/// How many were looked at and how many are wrong.
struct Recount: Sendable {
    var found: Int64
    var wrong: Int64

    init(_ row: Row) throws {
        found = try row.decode("found")
        wrong = try row.decode("wrong")
    }
}
