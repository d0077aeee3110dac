import Contracts
import Model
import Postgres

/// Marks all batches of a campaign that have pending rows for a new message.
struct MarkForEnqueue: Statement {
    static let sample = Self(campaignID: CampaignID(1))
    var campaignID: CampaignID
    var sql: SQL {
        """
        WITH waiting AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.campaign_id = \(campaignID)
                AND batches.pending_count > 0
            ORDER BY batches.id
            FOR UPDATE
        )
        UPDATE campaign.batches
        SET needs_enqueue = true
        FROM waiting
        WHERE batches.id = waiting.id
        """
    }
}

/// Marks the batches that no message covers any more: rows wait, nothing in the whole campaign has moved for two minutes, no news for
/// Delivery is on its way, and the batch's own last message is old.
///
/// A batch waits twice as long after each such message, at most about an hour, so that a long outage does not fill the queue; Delivery
/// takes each generation once.
struct MarkStalled: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        WITH stalled AS (
            SELECT campaigns.id
            FROM campaign.campaigns
            JOIN campaign.batches ON batches.campaign_id = campaigns.id
            WHERE campaigns.is_active
                AND campaigns.status IN ('snapshotting', 'sending')
                AND NOT EXISTS (SELECT FROM campaign.outbox WHERE outbox.destination = 'delivery')
            GROUP BY campaigns.id
            HAVING max(batches.active_at) < clock_timestamp() - interval '2 minutes'
        ),
        waiting AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            JOIN stalled ON stalled.id = batches.campaign_id
            WHERE batches.pending_count > 0
                AND NOT batches.needs_enqueue
                AND batches.enqueued_at < clock_timestamp() - interval '2 minutes' * (1 << least(batches.generation, 5)::integer)
            ORDER BY batches.id
            FOR UPDATE OF batches
        )
        UPDATE campaign.batches
        SET needs_enqueue = true
        FROM waiting
        WHERE batches.id = waiting.id
        """
    }
}

/// Takes up to `limit` marked batches of campaigns that are running; each gets the next generation.
///
/// Two runners get different ones.
struct TakeMarkedBatches: Statement {
    struct Output: Sendable {
        var range: BatchRange
        var generation: Int64
    }

    static let sample = Self(limit: 1)
    var limit: Int
    var sql: SQL {
        """
        WITH marked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            JOIN campaign.campaigns ON campaigns.id = batches.campaign_id
            WHERE batches.needs_enqueue
                AND campaigns.status IN ('snapshotting', 'sending')
            ORDER BY batches.id
            LIMIT \(limit)
            FOR UPDATE OF batches SKIP LOCKED
        )
        UPDATE campaign.batches
        SET needs_enqueue = false,
            generation = batches.generation + 1,
            enqueued_at = clock_timestamp()
        FROM marked
        WHERE batches.id = marked.id
        RETURNING batches.campaign_id, batches.id, batches.first_recipient_id, batches.last_recipient_id, batches.generation
        """
    }
    func decode(_ row: Row) throws -> Output { Output(range: try BatchRange(row), generation: try row.decode("generation")) }
}

/// Ids of a batch's rows that wait.
struct PendingInBatch: Statement {
    static let sample = Self(range: .sample)
    var range: BatchRange
    var sql: SQL {
        """
        SELECT recipients.id
        FROM campaign.recipients
        WHERE recipients.id BETWEEN \(range.firstRecipient) AND \(range.lastRecipient)
            AND recipients.batch_id = \(range.firstBatch)
            AND recipients.state = 0
        ORDER BY recipients.id
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}

/// News for one other service, many at once.
struct AddOutboxCalls: Statement {
    static let sample = Self(destination: "", method: "", params: [])
    var destination: String
    var method: String
    var params: [String]
    var sql: SQL {
        """
        INSERT INTO campaign.outbox (destination, method, params)
        SELECT \(destination), \(method), item.params
        FROM unnest(\(params)) WITH ORDINALITY AS item (params, position)
        ORDER BY item.position
        """
    }
}
