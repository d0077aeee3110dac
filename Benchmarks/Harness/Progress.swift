import Model
import Postgres

/// Whether a campaign's snapshot is complete.
struct SnapshotProgress: Statement {
    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL { "SELECT snapshot_complete FROM campaign.campaigns WHERE id = \(id)" }
    func decode(_ row: Row) throws -> Bool { try row.decode("snapshot_complete") }
}

/// How many rows of a campaign have which outcome.
struct LedgerProgress: Statement {
    struct Output: Sendable {
        var rows: Int64
        var sent: Int64
        var open: Int64
    }

    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL {
        """
        SELECT COALESCE(sum(pending_count + attempting_count), 0)::bigint AS open, COALESCE(sum(sent_count), 0)::bigint AS sent,
            COALESCE(sum(pending_count + attempting_count + sent_count + failed_count + unknown_count), 0)::bigint AS rows
        FROM campaign.batches WHERE campaign_id = \(id)
        """
    }
    func decode(_ row: Row) throws -> Output {
        Output(rows: try row.decode("rows"), sent: try row.decode("sent"), open: try row.decode("open"))
    }
}

/// How many opens of a range of recipients the log has, and how many of them Campaign has counted.
struct OpenProgress: Statement {
    struct Output: Sendable, Equatable {
        var logged: Int64
        var counted: Int64
    }

    static let sample = Self(id: CampaignID(1), first: 1, last: 2)
    var id: CampaignID
    var first: Int64
    var last: Int64
    var sql: SQL {
        """
        SELECT (SELECT count(*) FROM tracking.events WHERE type = 'open' AND message_id BETWEEN \(first) AND \(last)) AS logged,
            (SELECT COALESCE(sum(open_count), 0)::bigint FROM campaign.batches WHERE campaign_id = \(id)) AS counted
        """
    }
    func decode(_ row: Row) throws -> Output { Output(logged: try row.decode("logged"), counted: try row.decode("counted")) }
}

/// The ids of a campaign's ledger.
struct RecipientRange: Statement {
    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL { "SELECT min(id) AS first, max(id) AS last FROM campaign.recipients WHERE campaign_id = \(id)" }
    func decode(_ row: Row) throws -> (first: Int64, last: Int64) { (try row.decode("first"), try row.decode("last")) }
}

/// Transactions of the database so far.
struct TransactionCount: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()" }
    func decode(_ row: Row) throws -> Int64 { try row.decode("xact_commit") }
}

/// A thousand addresses of an organization.
struct SomeEmails: Statement {
    static let sample = Self(organizationID: OrganizationID(1))
    var organizationID: OrganizationID
    var sql: SQL { "SELECT email FROM audience.contacts WHERE organization_id = \(organizationID) LIMIT 1000" }
    func decode(_ row: Row) throws -> String { try row.decode("email") }
}
