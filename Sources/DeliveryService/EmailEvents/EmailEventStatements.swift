import Contracts
import Model
import Postgres

/// Remembers events from outside; answers with those that were not there before.
struct TakeEmailEvents: Statement {
    static var sample: Self { Self(eventIDs: []) }

    var eventIDs: [String]

    var sql: SQL {
        """
        INSERT INTO delivery.inbox (item_key)
        SELECT DISTINCT 'email-events:' || input.event_id
        FROM unnest(\(eventIDs)) AS input (event_id)
        ORDER BY 1
        ON CONFLICT (item_key) DO NOTHING
        RETURNING substring(item_key FROM 14) AS event_id
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("event_id") }
}

/// Counts opens and clicks of transactional messages and puts them, and unsubscribes, into their timelines; the caller passes each event once.
struct CountMessageActivity: Statement {
    static var sample: Self { Self([]) }

    private var messageIDs: [Int64]
    private var types: [String]
    private var keys: [String]
    private var times: [Timestamp]

    init(_ events: [TrackingEvent]) {
        messageIDs = events.map(\.messageID)
        types = events.map(\.type.rawValue)
        keys = events.map(\.eventID)
        times = events.map(\.occurredAt)
    }

    var sql: SQL {
        """
        WITH held AS MATERIALIZED (
            SELECT message.id
            FROM delivery.transactional_messages AS message
            WHERE message.id = ANY (\(messageIDs))
            ORDER BY message.id
            FOR NO KEY UPDATE
        ), stored AS (
            INSERT INTO delivery.message_events (message_id, type, occurred_at, source_event_id)
            SELECT held.id, input.type, input.occurred_at, input.event_id
            FROM unnest(\(messageIDs), \(types), \(keys), \(times)) AS input (message_id, type, event_id, occurred_at)
            JOIN held ON held.id = input.message_id
            ORDER BY input.occurred_at
            ON CONFLICT DO NOTHING
            RETURNING message_id, type, occurred_at
        ), merged AS (
            SELECT
                stored.message_id,
                pg_catalog.count(*) FILTER (WHERE stored.type = 'open') AS opens,
                pg_catalog.count(*) FILTER (WHERE stored.type = 'click') AS clicks,
                pg_catalog.min(stored.occurred_at) FILTER (WHERE stored.type = 'open') AS opened_at,
                pg_catalog.min(stored.occurred_at) FILTER (WHERE stored.type = 'click') AS clicked_at
            FROM stored
            GROUP BY stored.message_id
        )
        UPDATE delivery.transactional_messages AS message
        SET
            open_count = message.open_count + merged.opens, click_count = message.click_count + merged.clicks,
            first_opened_at = LEAST(message.first_opened_at, merged.opened_at),
            first_clicked_at = LEAST(message.first_clicked_at, merged.clicked_at), updated_at = pg_catalog.clock_timestamp()
        FROM merged
        WHERE message.id = merged.message_id
        """
    }
}
