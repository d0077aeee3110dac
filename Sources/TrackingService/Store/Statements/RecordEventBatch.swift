import Contracts
import JSON
import Model
import Postgres

/// Stores a micro-batch and queues it for Campaign: one statement, so one commit and one flush for the whole batch.
///
/// A batch that is new as a whole, as nearly all are, is queued as the service wrote it; of another the statement picks what is new.
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
    /// Those of campaigns as Campaign takes them (``ApplyTrackingEvents``): comma-separated JSON, and how many they are.
    var forwarded = ""
    var forwardedCount: Int64 = 0
    private var count: Int64 = 0

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
        count = Int64(events.count)
        forward(events.filter { $0.event.messageKind == .campaign })
    }

    /// Written here and not by the database, which would take a third of the statement's time for it.
    private mutating func forward(_ events: [ClassifiedEvent]) {
        guard !events.isEmpty else { return }
        var writer = JSONWriter(reservingCapacity: events.count * 176)
        writer.beginArray()
        for item in events {
            writer.beginObject()
            writer.key("url" as StaticString)
            writer.string(item.event.url)
            writer.key("link" as StaticString)
            writer.integer(item.event.link)
            writer.key("type" as StaticString)
            writer.string(item.event.type.rawValue)
            writer.key("eventID" as StaticString)
            writer.string(item.event.eventID)
            writer.key("isHuman" as StaticString)
            writer.bool(item.verdict.classification == .human)
            writer.key("occurredAt" as StaticString)
            writer.string(item.event.occurredAt.iso8601)
            writer.key("recipientID" as StaticString)
            writer.integer(item.event.messageID)
            writer.key("unsubscribeScope" as StaticString)
            writer.string(item.event.unsubscribeScope)
            writer.endObject()
        }
        writer.endArray()
        forwarded = String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
        forwardedCount = Int64(events.count)
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
            RETURNING event_id, occurred_at, type, message_kind, message_id, link, url, classification, unsubscribe_scope
        ), tally AS MATERIALIZED (
            SELECT pg_catalog.count(*) AS stored
            FROM stored
        ), queued AS (
            INSERT INTO tracking.forwarding (event_count, events)
            SELECT \(forwardedCount)::bigint, \(forwarded)::text
            FROM tally
            WHERE \(forwardedCount)::bigint > 0 AND tally.stored = \(count)::bigint
            UNION ALL
            SELECT
                pg_catalog.count(*),
                pg_catalog.string_agg(
                    pg_catalog.jsonb_build_object(
                        'eventID', stored.event_id,
                        'recipientID', stored.message_id,
                        'type', stored.type,
                        'occurredAt', pg_catalog.to_char(stored.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                        'isHuman', stored.classification = 'human',
                        'unsubscribeScope', stored.unsubscribe_scope,
                        'link', stored.link,
                        'url', stored.url
                    )::text,
                    ','
                )
            FROM stored
            WHERE stored.message_kind = 'campaign' AND (SELECT tally.stored FROM tally) < \(count)::bigint
            HAVING pg_catalog.count(*) > 0
        )
        SELECT tally.stored
        FROM tally
        """
    }

    func decode(_ row: Row) throws -> Int { try row.decode("stored") }
}
