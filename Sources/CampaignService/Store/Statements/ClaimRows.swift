import Contracts
import Model
import Postgres

/// Second half of a claim: one guarded, durable change by id, and what became of every row asked for.
///
/// Takes the rows that Audience was asked about: eligible ones become `attempting` with the next attempt number and a deadline of 45 s by
/// the database's clock, refused ones `skipped`. Rows found `attempting` past their deadline become `unknown`, never `pending`.
/// An answer of Audience that is older than 5 s when the lock is held takes nothing: eligibility must not be old news (I3).
struct ClaimRows: Statement {
    enum Fate: Int16, Sendable, PostgresDecodable {
        /// Taken by this call.
        case claimed = 1
        /// Somebody else's, or not taken this time: ask again.
        case held = 2
        /// Waits for its not-before time.
        case deferred = 3
        /// Settled by this call.
        case settled = 4
    }

    struct Output: Sendable {
        var fate: Fate
        var id: Int64
        var attempt: Int64
        var contactID: Int64
        var email: String
        var mergeFields: String
        /// Until a deferred row is due.
        var seconds: Int64
        var isBatchDone: Bool
    }

    static let sample = Self(
        campaignID: CampaignID(1),
        batchID: BatchID(1),
        recipientIDs: [1],
        checkedIDs: [1],
        refusals: [""],
        askedAt: Timestamp(microseconds: 0),
        worker: ""
    )
    var campaignID: CampaignID
    var batchID: BatchID
    var recipientIDs: [Int64]
    var checkedIDs: [Int64]
    /// Parallel to ``checkedIDs``: empty, or a ``SkipReason``.
    var refusals: [String]
    var askedAt: Timestamp
    var worker: String

    var sql: SQL {
        """
        WITH locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            JOIN campaign.campaigns ON campaigns.id = batches.campaign_id
            WHERE batches.id = \(batchID)
                AND batches.campaign_id = \(campaignID)
                AND campaigns.status IN ('snapshotting', 'sending')
            FOR UPDATE OF batches
        ),
        -- Its own step, so that the clock is read after the lock was won.
        held AS MATERIALIZED (
            SELECT locked.id, clock_timestamp() <= \(askedAt) + interval '5 seconds' AS is_fresh
            FROM locked
        ),
        wanted AS (
            SELECT ids.id, checked.refusal
            FROM unnest(\(recipientIDs)) AS ids (id)
            LEFT JOIN unnest(\(checkedIDs), \(refusals)) AS checked (id, refusal) ON checked.id = ids.id
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = CASE WHEN recipients.state = 1 THEN 4 WHEN wanted.refusal <> '' THEN 5 ELSE 1 END,
                skip_reason = CASE WHEN recipients.state = 0 THEN wanted.refusal ELSE '' END,
                attempt = CASE WHEN recipients.state = 0 AND wanted.refusal = '' THEN recipients.attempt + 1 ELSE recipients.attempt END,
                attempt_deadline = CASE WHEN recipients.state = 0 AND wanted.refusal = '' THEN clock_timestamp() + interval '45 seconds' END,
                not_before = NULL,
                worker = CASE WHEN recipients.state = 0 THEN \(worker) ELSE recipients.worker END,
                last_error = CASE WHEN recipients.state = 1 THEN 'the attempt did not report before its deadline' ELSE '' END
            FROM wanted
            CROSS JOIN held
            WHERE recipients.id = wanted.id
                AND recipients.batch_id = held.id
                AND (
                    (recipients.state = 0 AND wanted.refusal IS NOT NULL AND held.is_fresh
                        AND (recipients.not_before IS NULL OR recipients.not_before <= clock_timestamp()))
                    OR (recipients.state = 1 AND recipients.attempt_deadline < clock_timestamp())
                )
            RETURNING recipients.id, recipients.batch_id, recipients.state, recipients.previous_state, recipients.attempt, recipients.contact_id,
                recipients.email, recipients.merge_fields
        ),
        \(unescaped: LedgerSQL.count)
        SELECT (CASE WHEN moved.state = 1 THEN 1 ELSE 4 END)::smallint AS fate, moved.id, moved.attempt, moved.contact_id,
            CASE WHEN moved.state = 1 THEN moved.email ELSE '' END AS email,
            CASE WHEN moved.state = 1 THEN moved.merge_fields ELSE '' END AS merge_fields,
            0::bigint AS seconds,
            counted.pending_count + counted.attempting_count = 0 AS is_batch_done
        FROM moved
        JOIN counted ON counted.id = moved.batch_id
        UNION ALL
        SELECT (CASE WHEN recipients.state = 0 AND recipients.not_before > clock_timestamp() THEN 3 ELSE 2 END)::smallint, recipients.id,
            0, 0, '', '',
            coalesce(ceil(extract(epoch FROM greatest(recipients.not_before - clock_timestamp(), interval '0'))), 0)::bigint,
            false
        FROM campaign.recipients
        WHERE recipients.id = ANY(\(recipientIDs))
            AND recipients.batch_id = \(batchID)
            AND recipients.campaign_id = \(campaignID)
            AND recipients.state IN (0, 1)
            AND NOT EXISTS (SELECT FROM moved WHERE moved.id = recipients.id)
        ORDER BY 1, 2
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            fate: try row.decode("fate"),
            id: try row.decode("id"),
            attempt: Int64(try row.decode("attempt", as: Int32.self)),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            mergeFields: try row.decode("merge_fields"),
            seconds: try row.decode("seconds"),
            isBatchDone: try row.decode("is_batch_done")
        )
    }
}
