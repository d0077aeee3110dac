import Model
import Postgres

/// What became of one attempt at a message.
struct MessageOutcome: Sendable {
    enum Kind: String, Sendable { case sent, failed, unknown, retry }

    var messageID: Int64
    var attempt: Int32
    var kind: Kind
    var providerMessageID = ""
    var reason = ""
    /// Until the next attempt.
    var delaySeconds: Int64 = 0
}

/// Records outcomes, each guarded by its attempt, and puts back into the queue what is to be tried again.
///
/// Repeating changes nothing. An answer that comes after the deadline still settles an `unknown` message; what the provider reported
/// meanwhile (a bounce) stays. One whose person was erased meanwhile (it has no address any more) ends with this attempt, and what the
/// provider answered, which may name them, is not stored.
struct RecordMessages: Statement {
    static var sample: Self { Self(outcomes: [], finishedWindows: []) }

    var outcomes: [MessageOutcome]
    var finishedWindows: [Int64]

    var sql: SQL {
        """
        WITH outcome AS (
            SELECT x.id, x.attempt, x.kind, x.provider_message_id, x.reason, x.delay_seconds
            FROM unnest(
                \(outcomes.map(\.messageID)), \(outcomes.map(\.attempt)), \(outcomes.map(\.kind.rawValue)), \(outcomes.map(\.providerMessageID)),
                \(outcomes.map(\.reason)), \(outcomes.map(\.delaySeconds))
            ) AS x (id, attempt, kind, provider_message_id, reason, delay_seconds)
        ), held AS MATERIALIZED (
            SELECT
                message.id, outcome.kind, outcome.provider_message_id, outcome.reason,
                CASE
                    WHEN message.status IN ('bounced', 'complained') THEN message.status
                    WHEN outcome.kind IN ('sent', 'failed') THEN outcome.kind
                    WHEN outcome.kind = 'retry' AND message.email = '' THEN 'cancelled'
                    WHEN outcome.kind = 'retry' OR (message.resends_left > 0 AND message.email <> '') THEN 'queued'
                    ELSE 'unknown'
                END AS status,
                CASE WHEN outcome.kind = 'unknown' AND message.resends_left > 0 AND message.email <> '' THEN 1 ELSE 0 END AS resent,
                pg_catalog.clock_timestamp() + outcome.delay_seconds * interval '1 second' AS next_at
            FROM delivery.transactional_messages AS message
            JOIN outcome ON outcome.id = message.id AND outcome.attempt = message.attempt
            WHERE message.status = 'sending'
                OR (message.status IN ('unknown', 'queued', 'bounced', 'complained') AND outcome.kind = 'sent' AND message.sent_at IS NULL)
                OR (message.status = 'unknown' AND outcome.kind = 'failed')
            ORDER BY message.id
            FOR NO KEY UPDATE OF message
        ), ended AS (
            UPDATE delivery.transactional_messages AS message
            SET
                status = held.status, resends_left = message.resends_left - held.resent,
                provider_message_id = CASE WHEN held.kind = 'sent' THEN held.provider_message_id ELSE message.provider_message_id END,
                sent_at = CASE WHEN held.kind = 'sent' THEN pg_catalog.clock_timestamp() ELSE message.sent_at END,
                last_error = CASE WHEN message.email = '' THEN '' ELSE held.reason END,
                not_before = CASE WHEN held.status = 'queued' THEN held.next_at ELSE message.not_before END,
                attempt_deadline = NULL, updated_at = pg_catalog.clock_timestamp()
            FROM held
            WHERE message.id = held.id
            RETURNING
                message.id, message.attempt, held.kind, message.status, message.updated_at, message.organization_id, message.client_id,
                message.audience_id, message.audience_slug, message.contact_id, message.email, message.provider_message_id,
                message.last_error, message.not_before, message.idempotency_key, message.template_id, message.template_key
        ), event AS (
            SELECT
                ended.id AS message_id, ended.kind AS type, ended.updated_at AS occurred_at, ended.attempt AS sequence, ended.organization_id,
                ended.client_id, ended.audience_id, ended.audience_slug, ended.contact_id, ended.email,
                CASE ended.kind
                    WHEN 'sent' THEN pg_catalog.jsonb_build_object('ses_message_id', ended.provider_message_id)
                    ELSE pg_catalog.jsonb_build_object('reason', ended.last_error)
                END AS metadata
            FROM ended
            WHERE ended.kind IN ('sent', 'failed')
        ), requeued AS (
            SELECT
                ended.id AS message_id, ended.client_id, ended.idempotency_key, ended.contact_id, ended.template_id, ended.template_key,
                ended.not_before AS visible_at
            FROM ended
            WHERE ended.status = 'queued'
        ), stored_events AS (
            \(unescaped: MessageNews.store)
        ), queued AS (
            \(unescaped: MessageNews.requeue)
        ), news AS (
            \(unescaped: MessageNews.publish)
        )
        DELETE FROM delivery.transactional_windows
        WHERE id = ANY (\(finishedWindows))
        """
    }
}

/// Settles what killed workers left: windows past their deadline, and messages that are named.
///
/// At most 50 windows a call.
/// An attempt without an outcome is `unknown`; where the template asks for it, it is sent once more.
struct SettleOverdueMessages: Statement {
    static var sample: Self { Self(ids: []) }

    var ids: [Int64]

    var sql: SQL {
        """
        WITH overdue AS (
            DELETE FROM delivery.transactional_windows
            WHERE id IN (
                SELECT windows.id
                FROM delivery.transactional_windows AS windows
                WHERE windows.deadline <= pg_catalog.clock_timestamp()
                ORDER BY windows.id
                LIMIT 50
                FOR UPDATE SKIP LOCKED
            )
            RETURNING message_ids
        ), named AS (
            SELECT pg_catalog.unnest(overdue.message_ids) AS id FROM overdue
            UNION
            SELECT pg_catalog.unnest(\(ids)) AS id
        ), held AS MATERIALIZED (
            SELECT message.id, message.resends_left > 0 AND message.email <> '' AS resends
            FROM delivery.transactional_messages AS message
            WHERE message.id IN (SELECT named.id FROM named) AND message.status = 'sending'
                AND message.attempt_deadline <= pg_catalog.clock_timestamp()
            ORDER BY message.id
            FOR NO KEY UPDATE OF message
        ), settled AS (
            UPDATE delivery.transactional_messages AS message
            SET
                status = CASE WHEN held.resends THEN 'queued' ELSE 'unknown' END,
                resends_left = CASE WHEN held.resends THEN message.resends_left - 1 ELSE message.resends_left END,
                last_error = 'the worker ended before it recorded the outcome', attempt_deadline = NULL,
                not_before = CASE WHEN held.resends THEN NULL ELSE message.not_before END, updated_at = pg_catalog.clock_timestamp()
            FROM held
            WHERE message.id = held.id
            RETURNING
                message.id AS message_id, message.status, message.client_id, message.idempotency_key, message.contact_id, message.template_id,
                message.template_key
        ), requeued AS (
            SELECT
                settled.message_id, settled.client_id, settled.idempotency_key, settled.contact_id, settled.template_id, settled.template_key,
                NULL::timestamptz AS visible_at
            FROM settled
            WHERE settled.status = 'queued'
        ), queued AS (
            \(unescaped: MessageNews.requeue)
        )
        SELECT settled.message_id AS id FROM settled
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}

/// Windows that nobody has closed.
struct CountTransactionalWindows: Statement {
    static var sample: Self { Self() }
    var sql: SQL { "SELECT pg_catalog.count(*) AS open FROM delivery.transactional_windows" }
    func decode(_ row: Row) throws -> Int { try row.decode("open") }
}
