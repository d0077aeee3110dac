import Model
import Postgres

/// Whose transactional messages these are; those that are not there are left out.
struct TransactionalOwners: Statement {
    static var sample: Self { Self(messageIDs: []) }

    var messageIDs: [Int64]

    struct Output: Sendable {
        var messageID: Int64
        var organizationID: Int64
        var clientID: Int64
        var audienceID: Int64?
        var contactID: Int64
        var email: String
    }

    var sql: SQL {
        """
        SELECT id, organization_id, client_id, audience_id, contact_id, email
        FROM delivery.transactional_messages
        WHERE id = ANY (\(messageIDs))
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            messageID: try row.decode("id"),
            organizationID: try row.decode("organization_id"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decodeIfPresent("audience_id"),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email")
        )
    }
}

/// Transactional messages by the provider's ids, for notifications without our tag: looked for among those made in the day before they were
/// sent, because no index holds these ids.
struct TransactionalByProviderMessage: Statement {
    static var sample: Self { Self(providerMessageIDs: [], sentAt: []) }

    var providerMessageIDs: [String]
    var sentAt: [Timestamp]

    var sql: SQL {
        """
        SELECT message.provider_message_id, message.id
        FROM delivery.transactional_messages AS message
        WHERE message.provider_message_id = ANY (\(providerMessageIDs))
            AND message.created_at >= (SELECT pg_catalog.min(asked.sent_at) FROM unnest(\(sentAt)) AS asked (sent_at)) - interval '1 day'
            AND message.created_at <= (SELECT pg_catalog.max(asked.sent_at) FROM unnest(\(sentAt)) AS asked (sent_at))
                + interval '10 minutes'
        """
    }

    func decode(_ row: Row) throws -> (providerMessageID: String, messageID: Int64) {
        (try row.decode("provider_message_id"), try row.decode("id"))
    }
}

/// Brings the provider's events into transactional messages and their timelines; the caller passes each event once.
///
/// Order does not matter: first times are minima, and the status follows from the facts, strongest first: complained, bounced, failed (the
/// provider took the message and did not send it), sent. Any event proves that the provider took the message, which settles an unknown
/// outcome, and Tracking hears of a settled one as it would have heard of the outcome. What concerns the address of a copy is in the
/// timeline only.
struct ApplyTransactionalEvents: Statement {
    static var sample: Self { Self() }

    private var messageIDs: [Int64] = []
    private var kinds: [String] = []
    private var addresses: [String] = []
    private var details: [String] = []
    private var providerMessageIDs: [String] = []
    private var keys: [String] = []
    private var times: [Timestamp] = []

    var isEmpty: Bool { messageIDs.isEmpty }

    mutating func append(_ event: ProviderEvent, messageID: Int64, providerMessageID: String) {
        messageIDs.append(messageID)
        kinds.append(event.kind.rawValue)
        addresses.append(event.address)
        details.append(event.detail)
        providerMessageIDs.append(providerMessageID)
        keys.append(event.key)
        times.append(event.occurredAt)
    }

    var sql: SQL {
        """
        WITH before AS MATERIALIZED (
            SELECT message.id, message.email, message.status
            FROM delivery.transactional_messages AS message
            WHERE message.id = ANY (\(messageIDs)) AND message.attempt > 0
            ORDER BY message.id
            FOR NO KEY UPDATE
        ),
        events AS MATERIALIZED (
            SELECT before.id, x.kind, x.detail, x.provider_message_id, x.event_key, x.occurred_at,
                x.address = '' OR x.address = before.email AS is_recipients
            FROM unnest(
                \(messageIDs), \(kinds), \(addresses), \(details), \(providerMessageIDs), \(keys), \(times)
            ) AS x (message_id, kind, address, detail, provider_message_id, event_key, occurred_at)
            JOIN before ON before.id = x.message_id
        ),
        merged AS MATERIALIZED (
            SELECT events.id,
                pg_catalog.min(events.occurred_at) AS accepted_at,
                pg_catalog.min(events.occurred_at) FILTER (WHERE events.kind = 'delivered' AND events.is_recipients) AS delivered_at,
                pg_catalog.min(events.occurred_at) FILTER (
                    WHERE events.kind IN ('hard_bounce', 'soft_bounce', 'content_bounce') AND events.is_recipients
                ) AS bounced_at,
                pg_catalog.min(events.occurred_at) FILTER (WHERE events.kind = 'complaint' AND events.is_recipients) AS complained_at,
                pg_catalog.bool_or(events.kind = 'rejected') AS is_rejected,
                pg_catalog.max(events.kind || ': ' || events.detail) FILTER (
                    WHERE events.kind IN ('hard_bounce', 'soft_bounce', 'content_bounce', 'rejected') AND events.is_recipients
                ) AS fault,
                pg_catalog.max(events.provider_message_id) AS provider_message_id
            FROM events
            GROUP BY events.id
        ),
        moved AS (
            UPDATE delivery.transactional_messages AS message
            SET status = CASE
                    WHEN message.complained_at IS NOT NULL OR merged.complained_at IS NOT NULL THEN 'complained'
                    WHEN message.bounced_at IS NOT NULL OR merged.bounced_at IS NOT NULL THEN 'bounced'
                    WHEN merged.is_rejected THEN 'failed'
                    WHEN message.status IN ('queued', 'sending', 'unknown') THEN 'sent'
                    ELSE message.status
                END,
                sent_at = coalesce(message.sent_at, merged.accepted_at),
                delivered_at = least(message.delivered_at, merged.delivered_at),
                bounced_at = least(message.bounced_at, merged.bounced_at),
                complained_at = least(message.complained_at, merged.complained_at),
                attempt_deadline = NULL,
                not_before = NULL,
                last_error = CASE
                    WHEN merged.fault IS NOT NULL THEN merged.fault
                    WHEN message.status IN ('queued', 'sending', 'unknown') THEN ''
                    ELSE message.last_error
                END,
                provider_message_id = CASE
                    WHEN message.provider_message_id = '' THEN merged.provider_message_id
                    ELSE message.provider_message_id
                END,
                updated_at = pg_catalog.clock_timestamp()
            FROM merged
            WHERE message.id = merged.id
            RETURNING
                message.id, message.attempt, message.organization_id, message.client_id, message.audience_id, message.audience_slug,
                message.contact_id, message.email
        ),
        settled AS MATERIALIZED (
            SELECT merged.id, merged.accepted_at, pg_catalog.jsonb_build_object('ses_message_id', merged.provider_message_id) AS metadata
            FROM merged
            JOIN before ON before.id = merged.id AND before.status IN ('queued', 'sending', 'unknown')
        ),
        event AS (
            SELECT
                settled.id AS message_id, 'sent' AS type, settled.accepted_at AS occurred_at, moved.attempt AS sequence, moved.organization_id,
                moved.client_id, moved.audience_id, moved.audience_slug, moved.contact_id, moved.email, settled.metadata
            FROM settled
            JOIN moved ON moved.id = settled.id
        ),
        news AS (
            \(unescaped: MessageNews.publish)
        )
        INSERT INTO delivery.message_events (message_id, type, occurred_at, metadata, source_event_id)
        SELECT told.id, told.type, told.occurred_at, told.metadata, told.source
        FROM (
            SELECT settled.id, 'sent' AS type, settled.accepted_at AS occurred_at, settled.metadata, 'accepted' AS source
            FROM settled
            UNION ALL
            SELECT events.id,
                CASE events.kind
                    WHEN 'delivered' THEN 'delivered'
                    WHEN 'complaint' THEN 'complaint'
                    WHEN 'rejected' THEN 'failed'
                    ELSE 'bounce'
                END,
                events.occurred_at,
                pg_catalog.jsonb_build_object(
                    'ses_message_id', events.provider_message_id, 'kind', events.kind, 'detail', events.detail, 'recipient', events.is_recipients
                ),
                events.event_key
            FROM events
            WHERE events.kind NOT IN ('sent', 'feedback', 'delayed')
        ) AS told
        ORDER BY told.occurred_at, told.id
        ON CONFLICT DO NOTHING
        """
    }
}
