import Contracts
import Model
import Postgres

/// Stores whom requests on links concern, and queues their deliveries; the log keeps the requests themselves.
///
/// Of unsubscribes by link the first of a recipient and scope counts: a second click on the button tells nothing new.
struct InsertRequestActivity: Statement {
    static var sample: Self { Self() }

    var eventIDs: [String] = []
    var types: [String] = []
    var scopes: [String] = []
    var occurredAt: [Timestamp] = []
    var organizationIDs: [Int64] = []
    /// 0 when not known.
    var clientIDs: [Int64] = []
    var audienceIDs: [Int64] = []
    var contactIDs: [Int64] = []
    var emails: [String] = []
    /// 0 for transactional mail.
    var campaignIDs: [Int64] = []
    /// The recipient of a campaign, or the transactional message.
    var messageIDs: [Int64] = []

    var isEmpty: Bool { eventIDs.isEmpty }

    var sql: SQL {
        """
        WITH stored AS (
            INSERT INTO tracking.activity (
                event_key, organization_id, client_id, audience_id, contact_id, type, occurred_at, email, campaign_id, recipient_id,
                transactional_message_id, log_event_id
            )
            SELECT
                CASE
                    WHEN input.type <> 'unsubscribe' THEN NULL
                    WHEN input.campaign_id > 0 THEN pg_catalog.format('link:campaign:%s:%s', input.message_id, input.scope)
                    ELSE pg_catalog.format('link:transactional:%s:%s', input.message_id, input.scope)
                END,
                input.organization_id, NULLIF(input.client_id, 0), NULLIF(input.audience_id, 0),
                CASE WHEN erased_contacts.contact_id IS NULL THEN input.contact_id ELSE 0 END,
                input.type, input.occurred_at,
                CASE WHEN erased_contacts.contact_id IS NULL THEN input.email ELSE '' END,
                NULLIF(input.campaign_id, 0),
                CASE WHEN input.campaign_id > 0 THEN input.message_id END,
                CASE WHEN input.campaign_id = 0 THEN input.message_id END,
                input.event_id::uuid
            FROM unnest(
                \(eventIDs), \(types), \(scopes), \(occurredAt), \(organizationIDs), \(clientIDs), \(audienceIDs), \(contactIDs),
                \(emails), \(campaignIDs), \(messageIDs)
            ) WITH ORDINALITY AS input (
                event_id, type, scope, occurred_at, organization_id, client_id, audience_id, contact_id, email, campaign_id, message_id,
                position
            )
            LEFT JOIN tracking.erased_contacts ON erased_contacts.contact_id = input.contact_id
            ORDER BY input.position
            ON CONFLICT DO NOTHING
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
