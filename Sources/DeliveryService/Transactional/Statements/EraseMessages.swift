import Contracts
import JSON
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
    /// Normalised; empty when it is not known.
    var address = ""

    var sql: SQL {
        """
        WITH held AS MATERIALIZED (
            SELECT message.id
            FROM delivery.transactional_messages AS message
            WHERE message.contact_id = \(contactID) AND message.organization_id = \(organizationID) AND message.email <> ''
            ORDER BY message.id
            FOR UPDATE OF message
        ), erased AS (
            -- The new key is nobody's: one made of the id could be a client's already, and the erasure would fail for ever.
            UPDATE delivery.transactional_messages AS message
            SET
                email = '', reply_to = '', cc = '[]', bcc = '[]', subject = '', html_body = '', text_body = '', extras = NULL,
                metadata = '{}', body_hash = NULL, idempotency_key = 'erased:' || pg_catalog.gen_random_uuid(), last_error = '',
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
        ), copies AS (
            DELETE FROM delivery.message_copies AS copies
            USING held
            WHERE copies.message_id = held.id
        ), forgotten AS (
            DELETE FROM delivery.provider_events AS told
            WHERE told.organization_id = \(organizationID)
                AND (told.contact_id = \(contactID) OR (told.address = \(address) AND told.address <> ''))
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

/// Messages among whose copies an address stands, held until the end of the transaction.
struct MessagesCopiedTo: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), address: "", limit: 1) }

    var organizationID: OrganizationID
    /// Normalised.
    var address: String
    var limit: Int

    var sql: SQL {
        """
        SELECT message.id, message.cc, message.bcc
        FROM (
            SELECT copies.message_id
            FROM delivery.message_copies AS copies
            WHERE copies.organization_id = \(organizationID) AND copies.address = \(address)
            ORDER BY copies.message_id
            LIMIT \(limit)
        ) AS copied
        JOIN delivery.transactional_messages AS message ON message.id = copied.message_id
        ORDER BY message.id
        FOR UPDATE OF message
        """
    }

    func decode(_ row: Row) throws -> MessageCopies {
        MessageCopies(messageID: try row.decode("id"), cc: try row.decode("cc"), bcc: try row.decode("bcc"))
    }
}

/// Writes the copies that are left of messages, and forgets that an address stood among them.
struct RemoveCopies: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), address: "", copies: []) }

    var organizationID: OrganizationID
    /// Normalised.
    var address: String
    var copies: [MessageCopies]

    var sql: SQL {
        """
        WITH forgotten AS (
            DELETE FROM delivery.message_copies AS copies
            WHERE copies.organization_id = \(organizationID) AND copies.address = \(address)
                AND copies.message_id = ANY (\(copies.map(\.messageID)))
        )
        UPDATE delivery.transactional_messages AS message
        SET cc = remaining.cc, bcc = remaining.bcc, updated_at = pg_catalog.clock_timestamp()
        FROM unnest(\(copies.map(\.messageID)), \(copies.map(\.cc)), \(copies.map(\.bcc))) AS remaining (id, cc, bcc)
        WHERE message.id = remaining.id
        """
    }
}
