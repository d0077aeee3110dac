import Contracts
import JSON
import Model
import Postgres

/// The columns of ``TransactionalMessage``.
enum MessageColumns {
    static let list: StaticString = """
        message.id, message.created_at, message.updated_at, message.email, message.sender_id, message.sender, message.template_key,
        message.status, message.skip_reason, message.subject, message.send_at, message.sent_at, message.delivered_at,
        message.first_opened_at, message.first_clicked_at, message.open_count, message.click_count, message.last_error,
        message.contact_id, message.idempotency_key, message.provider_message_id, message.audience_slug, message.metadata
        """

    /// The same without the metadata, of which many messages would be too much for one answer.
    static let listWithoutMetadata: StaticString = """
        message.id, message.created_at, message.updated_at, message.email, message.sender_id, message.sender, message.template_key,
        message.status, message.skip_reason, message.subject, message.send_at, message.sent_at, message.delivered_at,
        message.first_opened_at, message.first_clicked_at, message.open_count, message.click_count, message.last_error,
        message.contact_id, message.idempotency_key, message.provider_message_id, message.audience_slug, '{}'::jsonb AS metadata
        """

    static func decode(_ row: Row) throws -> TransactionalMessage {
        TransactionalMessage(
            id: try row.decode("id"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at"),
            email: try row.decode("email"),
            senderID: try row.decode("sender_id"),
            sender: try row.decode("sender"),
            templateKey: try row.decode("template_key"),
            status: TransactionalStatus(rawValue: try row.decode("status")) ?? .unknown,
            skipReason: try row.decode("skip_reason"),
            subject: try row.decode("subject"),
            sendAt: try row.decodeIfPresent("send_at"),
            sentAt: try row.decodeIfPresent("sent_at"),
            deliveredAt: try row.decodeIfPresent("delivered_at"),
            firstOpenedAt: try row.decodeIfPresent("first_opened_at"),
            firstClickedAt: try row.decodeIfPresent("first_clicked_at"),
            openCount: try row.decode("open_count"),
            clickCount: try row.decode("click_count"),
            lastError: try row.decode("last_error"),
            contactID: try row.decode("contact_id"),
            idempotencyKey: try row.decode("idempotency_key"),
            providerMessageID: try row.decode("provider_message_id"),
            audienceSlug: try row.decode("audience_slug"),
            metadata: try row.decode("metadata")
        )
    }
}

/// One message of a client.
struct MessageByID: Statement {
    static var sample: Self { Self(clientID: ClientID(1), id: TransactionalMessageID(1)) }

    var clientID: ClientID
    var id: TransactionalMessageID

    var sql: SQL {
        """
        SELECT \(unescaped: MessageColumns.list)
        FROM delivery.transactional_messages AS message
        WHERE message.id = \(id) AND message.client_id = \(clientID)
        """
    }

    func decode(_ row: Row) throws -> TransactionalMessage { try MessageColumns.decode(row) }
}

/// The newest events of a message.
struct MessageEventRows: Statement {
    static var sample: Self { Self(messageID: TransactionalMessageID(1)) }

    var messageID: TransactionalMessageID

    var sql: SQL {
        """
        SELECT event.id, event.created_at, event.occurred_at, event.type, event.metadata
        FROM delivery.message_events AS event
        WHERE event.message_id = \(messageID)
        ORDER BY event.id DESC
        LIMIT 1000
        """
    }

    func decode(_ row: Row) throws -> TransactionalEvent {
        TransactionalEvent(
            id: try row.decode("id"),
            createdAt: try row.decode("created_at"),
            occurredAt: try row.decode("occurred_at"),
            type: try row.decode("type"),
            metadata: try row.decode("metadata")
        )
    }
}

/// A contact's messages from one client without their metadata, newest first.
struct ContactMessageRows: Statement {
    static var sample: Self {
        Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), contactID: ContactID(1), before: 1, limit: 1)
    }

    var scope: ClientScope
    var contactID: ContactID
    var before: Int64
    var limit: Int

    var sql: SQL {
        """
        SELECT \(unescaped: MessageColumns.listWithoutMetadata)
        FROM delivery.transactional_messages AS message
        WHERE message.contact_id = \(contactID) AND message.id < \(before)
            AND message.organization_id = \(scope.organizationID) AND message.client_id = \(scope.clientID)
        ORDER BY message.id DESC
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> TransactionalMessage { try MessageColumns.decode(row) }
}

/// Takes a waiting message back.
struct CancelMessage: Statement {
    static var sample: Self { Self(clientID: ClientID(1), id: TransactionalMessageID(1)) }

    var clientID: ClientID
    var id: TransactionalMessageID

    var sql: SQL {
        """
        WITH cancelled AS (
            UPDATE delivery.transactional_messages AS message
            SET status = 'cancelled', updated_at = pg_catalog.clock_timestamp()
            WHERE message.id = \(id) AND message.client_id = \(clientID) AND message.status = 'queued'
            RETURNING
                message.id, message.organization_id, message.client_id, message.audience_id, message.audience_slug, message.contact_id,
                message.email, message.updated_at
        ), event AS (
            SELECT
                cancelled.id AS message_id, 'skipped' AS type, cancelled.updated_at AS occurred_at, 1 AS sequence,
                cancelled.organization_id, cancelled.client_id, cancelled.audience_id, cancelled.audience_slug, cancelled.contact_id,
                cancelled.email, pg_catalog.jsonb_build_object('reason', 'cancelled') AS metadata
            FROM cancelled
        ), stored_events AS (
            \(unescaped: MessageNews.store)
        ), news AS (
            \(unescaped: MessageNews.publish)
        )
        SELECT cancelled.id FROM cancelled
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}
