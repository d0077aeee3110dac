import Contracts
import Model
import Postgres

/// Outcomes of attempts, each guarded by its attempt number; one round trip.
///
/// Of a person who was erased meanwhile nothing is stored but the state.
///
/// Commits asynchronously: losing it in a crash leaves the row `attempting`, which its deadline turns into `unknown` and an event of the
/// provider into `sent`. It can cost certainty, never a second copy (reference 5.3, step 4). A late `sent` also settles a row that waits to be
/// sent once more.
struct RecordRows: Statement {
    struct Output: Sendable {
        var recorded: Int
        var isBatchDone: Bool
        /// Equal refusals in a row before these outcomes.
        var refusals: Int64
    }

    static let sample = Self(campaignID: CampaignID(1), batchID: BatchID(1), outcomes: [])
    var campaignID: CampaignID
    var batchID: BatchID
    var outcomes: [AttemptOutcome]

    var sql: SQL {
        """
        WITH relaxed AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true) AS setting
        ),
        locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.id = \(batchID)
                AND batches.campaign_id = \(campaignID)
                AND (SELECT relaxed.setting FROM relaxed) = 'off'
            FOR UPDATE
        ),
        outcomes AS (
            SELECT outcome.id, outcome.attempt, outcome.state, outcome.provider_message_id, outcome.reason, outcome.retry_seconds
            FROM unnest(
                \(outcomes.map(\.recipientID)),
                \(outcomes.map(\.attempt)),
                \(outcomes.map { LedgerState($0.kind).rawValue }),
                \(outcomes.map(\.providerMessageID)),
                \(outcomes.map(\.reason)),
                \(outcomes.map { max(0, min($0.retryAfterSeconds, 86_400)) })
            ) AS outcome (id, attempt, state, provider_message_id, reason, retry_seconds)
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = outcomes.state,
                attempt_deadline = NULL,
                not_before = CASE WHEN outcomes.state = 0 THEN clock_timestamp() + outcomes.retry_seconds * interval '1 second' END,
                sent_at = CASE WHEN outcomes.state = 2 THEN coalesce(recipients.sent_at, clock_timestamp()) ELSE recipients.sent_at END,
                provider_message_id = CASE
                    WHEN recipients.contact_id < 0 THEN ''
                    WHEN outcomes.provider_message_id <> '' THEN outcomes.provider_message_id
                    ELSE recipients.provider_message_id
                END,
                last_error = CASE WHEN recipients.contact_id < 0 THEN '' ELSE outcomes.reason END
            FROM outcomes
            CROSS JOIN locked
            WHERE recipients.id = outcomes.id
                AND recipients.batch_id = locked.id
                AND recipients.attempt = outcomes.attempt
                AND (recipients.state = 1 OR (recipients.state IN (0, 4) AND outcomes.state = 2))
            RETURNING recipients.batch_id, recipients.state, recipients.previous_state
        ),
        \(unescaped: LedgerSQL.count)
        SELECT (SELECT count(*) FROM moved) AS recorded,
            coalesce((SELECT counted.pending_count + counted.attempting_count = 0 FROM counted), false) AS is_batch_done,
            coalesce((SELECT campaigns.refusal_count FROM campaign.campaigns WHERE campaigns.id = \(campaignID)), 0)::bigint AS refusals
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(recorded: try row.decode("recorded"), isBatchDone: try row.decode("is_batch_done"), refusals: try row.decode("refusals"))
    }
}
