import Contracts
import Model
import Postgres

/// Stores a micro-batch and queues its new events for Campaign: one statement, so one commit and one flush for the whole batch.
struct RecordEventBatch: Statement {
    static var sample: Self { Self([]) }

    var eventIDs: [String] = []
    var occurredAt: [Timestamp] = []
    var types: [String] = []
    var messageKinds: [String] = []
    var messageIDs: [Int64] = []
    var links: [Int64] = []
    var urls: [String] = []
    var userAgents: [String] = []
    var addresses: [String] = []
    var methods: [String] = []
    var scopes: [String] = []
    var classifications: [String] = []
    var reasons: [String] = []

    init(_ events: [ClassifiedEvent]) {
        for item in events {
            let event = item.event
            eventIDs.append(event.eventID)
            occurredAt.append(event.occurredAt)
            types.append(event.type.rawValue)
            messageKinds.append(event.messageKind.rawValue)
            messageIDs.append(event.messageID)
            links.append(event.link)
            urls.append(event.url)
            userAgents.append(event.userAgent)
            addresses.append(event.address)
            methods.append(event.method)
            scopes.append(event.unsubscribeScope)
            classifications.append(item.verdict.classification.rawValue)
            reasons.append(item.verdict.reason)
        }
    }

    var sql: SQL {
        """
        WITH stored AS (
            INSERT INTO tracking.events (
                event_id, occurred_at, type, message_kind, message_id, link, url, user_agent, address, method, unsubscribe_scope,
                classification, classification_reason
            )
            SELECT
                input.event_id::uuid, input.occurred_at, input.type, input.message_kind, input.message_id, input.link, input.url,
                input.user_agent, input.address, input.method, input.unsubscribe_scope, input.classification, input.classification_reason
            FROM unnest(
                \(eventIDs), \(occurredAt), \(types), \(messageKinds), \(messageIDs), \(links), \(urls), \(userAgents), \(addresses),
                \(methods), \(scopes), \(classifications), \(reasons)
            ) AS input (
                event_id, occurred_at, type, message_kind, message_id, link, url, user_agent, address, method, unsubscribe_scope,
                classification, classification_reason
            )
            ON CONFLICT DO NOTHING
            RETURNING event_id, occurred_at, type, message_kind, message_id, classification, unsubscribe_scope
        ), queued AS (
            INSERT INTO tracking.forwarding (event_count, events)
            SELECT
                pg_catalog.count(*),
                pg_catalog.string_agg(
                    pg_catalog.jsonb_build_object(
                        'eventID', stored.event_id,
                        'recipientID', stored.message_id,
                        'type', stored.type,
                        'occurredAt', pg_catalog.to_char(stored.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                        'isHuman', stored.classification = 'human',
                        'unsubscribeScope', stored.unsubscribe_scope
                    )::text,
                    ','
                )
            FROM stored
            WHERE stored.message_kind = 'campaign'
            HAVING pg_catalog.count(*) > 0
        )
        SELECT pg_catalog.count(*) AS stored
        FROM stored
        """
    }

    func decode(_ row: Row) throws -> Int { try row.decode("stored") }
}
