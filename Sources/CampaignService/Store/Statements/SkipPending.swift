import Model
import Postgres

/// Rows of a range that wait become `skipped` with `campaign_cancelled`; rows in flight end by themselves.
///
/// Idempotent.
struct SkipPending: Statement {
    static let sample = Self(range: .sample)
    var range: BatchRange
    var sql: SQL {
        """
        WITH locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.campaign_id = \(range.campaignID)
                AND batches.id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
            ORDER BY batches.id
            FOR UPDATE
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = 5,
                skip_reason = 'campaign_cancelled',
                not_before = NULL
            WHERE recipients.id BETWEEN \(range.firstRecipient) AND \(range.lastRecipient)
                AND recipients.campaign_id = \(range.campaignID)
                AND recipients.batch_id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
                AND recipients.state = 0
                AND (SELECT count(*) FROM locked) > 0
            RETURNING recipients.batch_id, recipients.state, recipients.previous_state
        ),
        \(unescaped: LedgerSQL.count)
        SELECT count(*) AS count
        FROM moved
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("count") }
}

/// Rows of a range whose attempt is past its deadline become `unknown`: the provider may have them, so they are never pending again by
/// themselves (I1).
///
/// Idempotent.
struct ExpireAttempts: Statement {
    static let sample = Self(range: .sample)
    var range: BatchRange
    var sql: SQL {
        """
        WITH locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.campaign_id = \(range.campaignID)
                AND batches.id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
            ORDER BY batches.id
            FOR UPDATE
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = 4,
                attempt_deadline = NULL,
                last_error = 'the attempt did not report before its deadline'
            WHERE recipients.id BETWEEN \(range.firstRecipient) AND \(range.lastRecipient)
                AND recipients.campaign_id = \(range.campaignID)
                AND recipients.batch_id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
                AND recipients.state = 1
                AND recipients.attempt_deadline < clock_timestamp()
                AND (SELECT count(*) FROM locked) > 0
            RETURNING recipients.batch_id, recipients.state, recipients.previous_state
        ),
        \(unescaped: LedgerSQL.count)
        SELECT count(*) AS count
        FROM moved
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("count") }
}

/// Failed or unknown rows of a range become `pending` again because an operator said so, and their batches are enqueued again.
///
/// The attempt number stays, so that an old attempt's late outcome is told from the new one's.
struct ResendRows: Statement {
    static let sample = Self(range: .sample, state: .failed)
    var range: BatchRange
    var state: LedgerState
    var sql: SQL {
        """
        WITH locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.campaign_id = \(range.campaignID)
                AND batches.id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
            ORDER BY batches.id
            FOR UPDATE
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = 0,
                not_before = NULL,
                resends = recipients.resends + 1
            WHERE recipients.id BETWEEN \(range.firstRecipient) AND \(range.lastRecipient)
                AND recipients.campaign_id = \(range.campaignID)
                AND recipients.batch_id BETWEEN \(range.firstBatch) AND \(range.lastBatch)
                AND recipients.state = \(state)
                AND \(state) IN (3, 4)
                AND (SELECT count(*) FROM locked) > 0
            RETURNING recipients.batch_id, recipients.state, recipients.previous_state
        ),
        deltas AS (
            SELECT moved.batch_id,
                count(*) AS pending,
                count(*) FILTER (WHERE moved.previous_state = 3) AS failed,
                count(*) FILTER (WHERE moved.previous_state = 4) AS unknown
            FROM moved
            GROUP BY moved.batch_id
        ),
        counted AS (
            UPDATE campaign.batches
            SET pending_count = batches.pending_count + deltas.pending,
                failed_count = batches.failed_count - deltas.failed,
                unknown_count = batches.unknown_count - deltas.unknown,
                active_at = clock_timestamp(),
                needs_enqueue = true
            FROM deltas
            WHERE batches.id = deltas.batch_id
        )
        SELECT count(*) AS count
        FROM moved
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("count") }
}
