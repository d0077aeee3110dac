import Contracts
import Model
import Postgres

/// Remembers that a contact is erased, so that what was on its way then does not bring the person back.
struct RememberErasure: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1)) }

    var organizationID: OrganizationID
    var contactID: ContactID

    var sql: SQL {
        """
        INSERT INTO delivery.erased_contacts (contact_id, organization_id)
        VALUES (\(contactID), \(organizationID))
        ON CONFLICT DO NOTHING
        """
    }
}

/// Which of these contacts are erased.
struct ErasedAmong: Statement {
    static var sample: Self { Self(organizationIDs: [], contactIDs: []) }

    var organizationIDs: [Int64]
    /// Parallel to their organizations.
    var contactIDs: [Int64]

    var sql: SQL {
        """
        SELECT erased.contact_id
        FROM unnest(\(organizationIDs), \(contactIDs)) AS asked (organization_id, contact_id)
        JOIN delivery.erased_contacts AS erased
            ON erased.contact_id = asked.contact_id AND erased.organization_id = asked.organization_id
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("contact_id") }
}

/// Removes what tells of a person from a contact's messages, their events and queue entries, and what the provider told.
struct EraseMessages: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1)) }

    var organizationID: OrganizationID
    var contactID: ContactID

    var sql: SQL {
        """
        WITH held AS MATERIALIZED (
            SELECT message.id
            FROM delivery.transactional_messages AS message
            WHERE message.contact_id = \(contactID) AND message.organization_id = \(organizationID) AND message.email <> ''
            ORDER BY message.id
            FOR UPDATE OF message
        ), erased AS (
            UPDATE delivery.transactional_messages AS message
            SET
                email = '', reply_to = '', cc = '[]', bcc = '[]', subject = '', html_body = '', text_body = '', extras = NULL,
                metadata = '{}', body_hash = NULL, idempotency_key = 'erased:' || message.id, last_error = '',
                status = CASE WHEN message.status = 'queued' THEN 'cancelled' ELSE message.status END,
                updated_at = pg_catalog.clock_timestamp()
            FROM held
            WHERE message.id = held.id
            RETURNING message.id
        ), cleaned AS (
            UPDATE delivery.message_events AS event
            SET metadata = '{}'
            FROM erased
            WHERE event.message_id = erased.id
            RETURNING event.id
        ), dequeued AS (
            DELETE FROM delivery.queue_messages AS entry
            WHERE entry.queue = 'transactional-email'
                AND substring(entry.body FROM '"transactional_message_id": ?([0-9]{1,18})[,}]')::bigint IN (SELECT erased.id FROM erased)
        ), exhumed AS (
            DELETE FROM delivery.dead_letters AS entry
            WHERE entry.queue = 'transactional-email'
                AND substring(entry.body FROM '"transactional_message_id": ?([0-9]{1,18})[,}]')::bigint IN (SELECT erased.id FROM erased)
        ), forgotten AS (
            DELETE FROM delivery.provider_events AS told
            WHERE told.contact_id = \(contactID) AND told.organization_id = \(organizationID)
        )
        SELECT
            (SELECT pg_catalog.count(*) FROM erased) AS messages,
            (SELECT pg_catalog.count(*) FROM cleaned) AS events
        """
    }

    func decode(_ row: Row) throws -> ErasedMessages {
        ErasedMessages(messages: try row.decode("messages"), events: try row.decode("events"))
    }
}
