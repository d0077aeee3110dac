import Contracts
import Model
import Postgres

/// Stores events, each once by its key, and queues their deliveries, all in one statement.
///
/// The table's own trigger orders writers, so that ids become visible in their order.
struct InsertActivity: Statement {
    static var sample: Self { Self([]) }

    private var keys: [String] = []
    private var organizationIDs: [Int64] = []
    private var clientIDs: [Int64] = []
    private var audienceIDs: [Int64] = []
    private var contactIDs: [Int64] = []
    private var types: [String] = []
    private var occurredAt: [Timestamp] = []
    private var emails: [String] = []
    private var campaignIDs: [Int64] = []
    private var recipientIDs: [Int64] = []
    private var messageIDs: [Int64] = []
    private var metadata: [RawJSONText] = []

    init(_ rows: [ActivityRow]) {
        for row in rows {
            let event = row.event
            keys.append(event.eventID)
            organizationIDs.append(event.organizationID.rawValue)
            clientIDs.append(event.clientID?.rawValue ?? 0)
            audienceIDs.append(event.audienceID?.rawValue ?? 0)
            contactIDs.append(event.contactID?.rawValue ?? 0)
            types.append(event.type.rawValue)
            occurredAt.append(event.occurredAt)
            emails.append(event.email)
            campaignIDs.append(event.campaignID?.rawValue ?? 0)
            recipientIDs.append(event.recipientID?.rawValue ?? 0)
            messageIDs.append(event.transactionalMessageID?.rawValue ?? 0)
            metadata.append(RawJSONText(row.metadata))
        }
    }

    var sql: SQL {
        """
        WITH stored AS (
            INSERT INTO tracking.activity (
                event_key, organization_id, client_id, audience_id, contact_id, type, occurred_at, email, campaign_id, recipient_id,
                transactional_message_id, metadata
            )
            SELECT
                input.event_key, input.organization_id, input.client_id, NULLIF(input.audience_id, 0),
                CASE WHEN erased_contacts.contact_id IS NULL THEN input.contact_id ELSE 0 END,
                input.type, input.occurred_at,
                CASE WHEN erased_contacts.contact_id IS NULL THEN input.email ELSE '' END,
                NULLIF(input.campaign_id, 0), NULLIF(input.recipient_id, 0), NULLIF(input.message_id, 0),
                CASE WHEN erased_contacts.contact_id IS NULL THEN input.metadata ELSE '{}' END
            FROM unnest(
                \(keys), \(organizationIDs), \(clientIDs), \(audienceIDs), \(contactIDs), \(types), \(occurredAt), \(emails),
                \(campaignIDs), \(recipientIDs), \(messageIDs), \(metadata)
            ) WITH ORDINALITY AS input (
                event_key, organization_id, client_id, audience_id, contact_id, type, occurred_at, email, campaign_id, recipient_id,
                message_id, metadata, position
            )
            LEFT JOIN tracking.erased_contacts ON erased_contacts.contact_id = input.contact_id
            ORDER BY input.position
            ON CONFLICT (event_key) WHERE event_key IS NOT NULL DO NOTHING
            RETURNING id, organization_id, client_id, type, contact_id, transactional_message_id
        ), queued AS (
            INSERT INTO tracking.deliveries (endpoint_id, event_id)
            SELECT endpoints.id, stored.id
            FROM stored
            JOIN tracking.endpoints ON endpoints.organization_id = stored.organization_id
            WHERE \(unescaped: ActivityFanOut.matches)
            RETURNING id
        )
        SELECT (SELECT pg_catalog.count(*) FROM stored) AS stored, (SELECT pg_catalog.count(*) FROM queued) AS queued
        """
    }

    func decode(_ row: Row) throws -> StoredActivity { StoredActivity(events: try row.decode("stored"), deliveries: try row.decode("queued")) }
}

/// What a batch of events became.
struct StoredActivity: Sendable, Equatable {
    var events: Int
    var deliveries: Int
}

/// Which endpoint gets which event.
enum ActivityFanOut {
    /// Over `endpoints` and `stored` (an event), inside one organization.
    ///
    /// The callback format has the events of the original's: about contacts, and of messages only transactional ones.
    static let matches: StaticString = """
        endpoints.is_enabled
            AND stored.client_id IN (0, endpoints.client_id)
            AND (endpoints.event_types = '{}' OR stored.type = ANY (endpoints.event_types))
            AND (
                endpoints.format = 'standard'
                OR endpoints.format = 'callback' AND stored.contact_id > 0 AND (
                    stored.type IN ('subscribe', 'unsubscribe', 'bounce', 'complaint')
                    OR stored.type IN ('skipped', 'failed') AND stored.transactional_message_id IS NOT NULL
                )
            )
        """
}
