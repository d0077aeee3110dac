import Model
import Postgres

/// Moves a message to the dead letters, if the receipt still holds.
///
/// Nothing else brings a transactional message to its end: one that still waits has failed with its entry, and its timeline and Tracking
/// hear of it.
struct BuryQueueMessage: Statement {
    static var sample: Self { Self(message: ReceivedMessage(id: 1, body: "", receiveCount: 1, receipt: 1), reason: "") }

    var message: ReceivedMessage
    var reason: String

    /// 0 for an entry of another queue or of no contract.
    private var transactionalID: Int64 { (try? TransactionalEmailMessage(body: message.body).messageID) ?? 0 }

    var sql: SQL {
        """
        WITH waiting AS MATERIALIZED (
            SELECT message.id
            FROM delivery.transactional_messages AS message
            WHERE message.id = \(transactionalID) AND message.status = 'queued'
            FOR NO KEY UPDATE
        ), removed AS (
            DELETE FROM delivery.queue_messages
            WHERE id = \(message.id) AND receipt = \(message.receipt) AND (SELECT pg_catalog.count(*) FROM waiting) >= 0
            RETURNING id, queue, body, receive_count, enqueued_at
        ), failed AS (
            UPDATE delivery.transactional_messages AS message
            SET status = 'failed', last_error = \(reason), updated_at = pg_catalog.clock_timestamp()
            FROM waiting, removed
            WHERE message.id = waiting.id AND removed.queue = 'transactional-email'
            RETURNING
                message.id, message.attempt, message.organization_id, message.client_id, message.audience_id, message.audience_slug,
                message.contact_id, message.email, message.last_error, message.updated_at
        ), event AS (
            SELECT
                failed.id AS message_id, 'failed' AS type, failed.updated_at AS occurred_at, failed.attempt AS sequence,
                failed.organization_id, failed.client_id, failed.audience_id, failed.audience_slug, failed.contact_id, failed.email,
                pg_catalog.jsonb_build_object('reason', failed.last_error) AS metadata
            FROM failed
        ), stored_events AS (
            \(unescaped: MessageNews.store)
        ), news AS (
            \(unescaped: MessageNews.publish)
        )
        INSERT INTO delivery.dead_letters (id, queue, body, receive_count, enqueued_at, last_error, message_id)
        SELECT
            removed.id, removed.queue, removed.body, removed.receive_count, removed.enqueued_at, \(reason), (SELECT failed.id FROM failed)
        FROM removed
        """
    }
}
