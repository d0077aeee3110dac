import Contracts
import Model
import Postgres

/// The oldest campaign whose snapshot is not complete.
struct NextSnapshot: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT campaigns.id
        FROM campaign.campaigns
        WHERE campaigns.is_active
            AND NOT campaigns.snapshot_complete
            AND campaigns.status IN ('queued', 'snapshotting', 'paused')
        ORDER BY campaigns.updated_at, campaigns.id
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

/// What a page of candidates is asked with.
struct SnapshotTask: Statement {
    struct Output: Sendable {
        var status: CampaignStatus
        var scope: AudienceScope
        var includeTags: [String]
        var excludeTags: [String]
        var categoryTag: String
        var attributeNames: [String]?
        var recipientListKey: String
        var segmentRules: String?
        var usesMember: Bool
        var cursor: ContactID
        var isComplete: Bool

        /// The same task for the page behind that contact.
        func behind(_ cursor: ContactID) -> Self {
            var task = self
            task.cursor = cursor
            return task
        }
    }

    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL {
        """
        SELECT campaigns.status, campaigns.organization_id, campaigns.client_id, campaigns.audience_id, campaigns.include_tags,
            campaigns.exclude_tags, revisions.category_tag, revisions.attribute_names, revisions.recipient_list_key,
            revisions.segment_rules, revisions.uses_member, campaigns.snapshot_cursor, campaigns.snapshot_complete
        FROM campaign.campaigns
        JOIN campaign.revisions ON revisions.id = campaigns.revision_id
        WHERE campaigns.id = \(id)
        """
    }
    func decode(_ row: Row) throws -> Output {
        Output(
            status: try row.decode("status"),
            scope: AudienceScope(
                organizationID: try row.decode("organization_id"),
                clientID: try row.decode("client_id"),
                audienceID: try row.decode("audience_id")
            ),
            includeTags: try row.decode("include_tags"),
            excludeTags: try row.decode("exclude_tags"),
            categoryTag: try row.decode("category_tag"),
            attributeNames: try row.decodeIfPresent("attribute_names"),
            recipientListKey: try row.decode("recipient_list_key"),
            segmentRules: try row.decodeIfPresent("segment_rules"),
            usesMember: try row.decode("uses_member"),
            cursor: try row.decode("snapshot_cursor"),
            isComplete: try row.decode("snapshot_complete")
        )
    }
}

/// Locks a campaign whose snapshot still stands where the page began, and gives ids for its rows and batches.
///
/// No row: the campaign was cancelled, or another process wrote the page.
struct ReserveSnapshotPage: Statement {
    struct Output: Sendable {
        var recipientIDs: [Int64]
        var batchIDs: [Int64]
    }

    static let sample = Self(id: CampaignID(1), cursor: ContactID(0), recipients: 1, batches: 1)
    var id: CampaignID
    var cursor: ContactID
    var recipients: Int
    var batches: Int
    var sql: SQL {
        """
        WITH locked AS MATERIALIZED (
            SELECT campaigns.id
            FROM campaign.campaigns
            WHERE campaigns.id = \(id)
                AND campaigns.snapshot_cursor = \(cursor)
                AND NOT campaigns.snapshot_complete
                AND campaigns.status IN ('queued', 'snapshotting', 'paused')
            FOR NO KEY UPDATE
        )
        SELECT ARRAY(SELECT nextval('campaign.recipient_ids') FROM generate_series(1, \(recipients))) AS recipient_ids,
            ARRAY(SELECT nextval('campaign.batch_ids') FROM generate_series(1, \(batches))) AS batch_ids
        FROM locked
        """
    }
    func decode(_ row: Row) throws -> Output {
        Output(recipientIDs: try row.decode("recipient_ids"), batchIDs: try row.decode("batch_ids"))
    }
}

/// The batches of a page, and the cursor behind it; in the transaction of its rows.
struct CloseSnapshotPage: Statement {
    static let sample = Self(id: CampaignID(1), cursor: ContactID(0), isLast: false, at: Timestamp(microseconds: 0), batches: [])
    var id: CampaignID
    var cursor: ContactID
    var isLast: Bool
    var at: Timestamp
    var batches: [SnapshotBatch]
    var sql: SQL {
        """
        WITH made AS (
            INSERT INTO campaign.batches (id, campaign_id, first_recipient_id, last_recipient_id, pending_count, skipped_count)
            SELECT batch.id, \(id), batch.first_recipient_id, batch.last_recipient_id, batch.pending_count, batch.skipped_count
            FROM unnest(
                \(batches.map(\.id.rawValue)),
                \(batches.map(\.firstRecipient)),
                \(batches.map(\.lastRecipient)),
                \(batches.map { Int64($0.pendingIDs.count) }),
                \(batches.map(\.skippedCount))
            ) AS batch (id, first_recipient_id, last_recipient_id, pending_count, skipped_count)
        )
        UPDATE campaign.campaigns
        SET snapshot_cursor = \(cursor),
            snapshot_started = true,
            snapshot_complete = \(isLast),
            status = CASE
                WHEN campaigns.status = 'paused' THEN 'paused'
                WHEN \(isLast) THEN 'sending'
                ELSE 'snapshotting'
            END,
            updated_at = \(at)
        WHERE campaigns.id = \(id)
        """
    }
}

/// Makes plans that were kept since the ledger was small be made anew.
struct AnalyzeLedger: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT campaign.analyze_ledger()" }
}
