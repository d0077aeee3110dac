import Contracts
import Model
import Postgres

/// Neighbouring batches of a campaign with the id range of their rows: what the set-based changes work on, so that no statement searches
/// the ledger by state alone.
struct BatchRange: Sendable, Equatable {
    var campaignID: CampaignID
    var firstBatch: BatchID
    var lastBatch: BatchID
    var firstRecipient: Int64
    var lastRecipient: Int64

    static let sample = BatchRange(
        campaignID: CampaignID(1),
        firstBatch: BatchID(1),
        lastBatch: BatchID(1),
        firstRecipient: 1,
        lastRecipient: 1
    )

    /// Joins neighbours, up to `limit` batches a range.
    static func grouping(_ batches: [BatchRange], limit: Int) -> [BatchRange] {
        var ranges: [BatchRange] = []
        var size = 0
        for batch in batches {
            if let last = ranges.last, last.campaignID == batch.campaignID, size < limit {
                ranges[ranges.count - 1].lastBatch = batch.lastBatch
                ranges[ranges.count - 1].lastRecipient = max(last.lastRecipient, batch.lastRecipient)
                ranges[ranges.count - 1].firstRecipient = min(last.firstRecipient, batch.firstRecipient)
                size += 1
            } else {
                ranges.append(batch)
                size = 1
            }
        }
        return ranges
    }

    init(campaignID: CampaignID, firstBatch: BatchID, lastBatch: BatchID, firstRecipient: Int64, lastRecipient: Int64) {
        self.campaignID = campaignID
        self.firstBatch = firstBatch
        self.lastBatch = lastBatch
        self.firstRecipient = firstRecipient
        self.lastRecipient = lastRecipient
    }

    init(_ row: Row) throws {
        campaignID = try row.decode("campaign_id")
        firstBatch = try row.decode("id")
        lastBatch = firstBatch
        firstRecipient = try row.decode("first_recipient_id")
        lastRecipient = try row.decode("last_recipient_id")
    }
}

/// Batches of a campaign that hold rows in a state, from a row id on.
struct BatchesHolding: Statement {
    static let sample = Self(campaignID: CampaignID(1), state: nil, after: RecipientID(0), limit: 1)
    var campaignID: CampaignID
    /// nil: any.
    var state: LedgerState?
    /// What must have happened to one of its rows; nil: nothing particular.
    var fact: RecipientFact?
    var after: RecipientID
    var limit: Int
    var sql: SQL {
        """
        SELECT batches.campaign_id, batches.id, batches.first_recipient_id, batches.last_recipient_id
        FROM campaign.batches
        WHERE batches.campaign_id = \(campaignID)
            AND batches.last_recipient_id > \(after)
            AND CASE \(state)
                WHEN 0 THEN batches.pending_count
                WHEN 1 THEN batches.attempting_count
                WHEN 2 THEN batches.sent_count
                WHEN 3 THEN batches.failed_count
                WHEN 4 THEN batches.unknown_count
                WHEN 5 THEN batches.skipped_count
                ELSE 1
            END > 0
            AND CASE \(fact)
                WHEN 1 THEN batches.complaint_count
                WHEN 2 THEN batches.bounce_count
                WHEN 3 THEN batches.unsubscribe_count
                ELSE 1
            END > 0
        ORDER BY batches.id
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> BatchRange { try BatchRange(row) }
}

/// Batches with rows in flight of campaigns that the runner looks after: what the sweep goes through.
struct BatchesAttempting: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT batches.campaign_id, batches.id, batches.first_recipient_id, batches.last_recipient_id
        FROM campaign.campaigns
        JOIN campaign.batches ON batches.campaign_id = campaigns.id
        WHERE campaigns.is_active
            AND batches.attempting_count > 0
        ORDER BY batches.campaign_id, batches.id
        """
    }
    func decode(_ row: Row) throws -> BatchRange { try BatchRange(row) }
}
