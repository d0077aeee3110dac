import Model
import Postgres

/// Marks messages as being sent, durably and before the first byte leaves; those with a refusal are skipped instead.
///
/// Only what still waits is touched, so a message has one worker at a time, and a cancelled one none.
struct ClaimMessages: Statement {
    /// An attempt without an outcome counts as lost after this time, by the database's clock.
    static let deadlineSeconds: Int64 = 45

    static var sample: Self { Self(ids: [], refusals: [], worker: "") }

    var ids: [Int64]
    /// Empty: it may be sent.
    var refusals: [String]
    var worker: String

    struct Output: Sendable {
        var id: Int64
        var attempt: Int32
        var windowID: Int64
    }

    var sql: SQL {
        """
        WITH clock AS MATERIALIZED (
            SELECT pg_catalog.clock_timestamp() AS moment
        ), held AS MATERIALIZED (
            SELECT message.id, asked.refusal
            FROM delivery.transactional_messages AS message
            JOIN unnest(\(ids), \(refusals)) AS asked (id, refusal) ON asked.id = message.id
            WHERE message.status = 'queued'
                AND (message.not_before IS NULL OR message.not_before <= (SELECT clock.moment FROM clock) + interval '1 second')
            ORDER BY message.id
            FOR NO KEY UPDATE OF message
        ), skipped AS (
            UPDATE delivery.transactional_messages AS message
            SET status = 'skipped', skip_reason = held.refusal, updated_at = clock.moment
            FROM held, clock
            WHERE message.id = held.id AND held.refusal <> ''
            RETURNING
                message.id, message.organization_id, message.client_id, message.audience_id, message.audience_slug, message.contact_id,
                message.email, message.skip_reason, message.updated_at
        ), claimed AS (
            UPDATE delivery.transactional_messages AS message
            SET
                status = 'sending', attempt = message.attempt + 1, updated_at = clock.moment,
                attempt_deadline = clock.moment + \(Self.deadlineSeconds) * interval '1 second'
            FROM held, clock
            WHERE message.id = held.id AND held.refusal = ''
            RETURNING message.id, message.attempt
        ), opened AS (
            INSERT INTO delivery.transactional_windows (worker, deadline, message_ids)
            SELECT
                \(worker), (SELECT clock.moment FROM clock) + \(Self.deadlineSeconds) * interval '1 second',
                pg_catalog.array_agg(claimed.id ORDER BY claimed.id)
            FROM claimed
            HAVING pg_catalog.count(*) > 0
            RETURNING id
        ), event AS (
            SELECT
                skipped.id AS message_id, 'skipped' AS type, skipped.updated_at AS occurred_at, 1 AS sequence, skipped.organization_id,
                skipped.client_id, skipped.audience_id, skipped.audience_slug, skipped.contact_id, skipped.email,
                pg_catalog.jsonb_build_object('reason', skipped.skip_reason) AS metadata
            FROM skipped
        ), stored_events AS (
            \(unescaped: MessageNews.store)
        ), news AS (
            \(unescaped: MessageNews.publish)
        )
        SELECT claimed.id, claimed.attempt, opened.id AS window_id
        FROM claimed
        CROSS JOIN opened
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(id: try row.decode("id"), attempt: try row.decode("attempt"), windowID: try row.decode("window_id"))
    }
}
