import Contracts
import Model
import Postgres

/// Marks clicks of people as a machine's, and queues for Campaign that they no longer count as human; one that is marked is not marked again.
struct WithdrawHumanClicks: Statement {
    static var sample: Self { Self(eventIDs: [], occurredAt: [], reason: "") }

    var eventIDs: [String]
    var occurredAt: [Timestamp]
    var reason: String

    var sql: SQL {
        """
        WITH changed AS (
            UPDATE tracking.events
            SET classification = 'machine', classification_reason = \(reason)
            FROM unnest(\(eventIDs), \(occurredAt)) AS named (event_id, occurred_at)
            WHERE events.event_id = named.event_id::uuid AND events.occurred_at = named.occurred_at
                AND events.type = 'click' AND events.classification = 'human'
            RETURNING events.event_id, events.occurred_at, events.message_kind, events.message_id, events.link, events.url
        ), queued AS (
            INSERT INTO tracking.forwarding (event_count, events)
            SELECT
                pg_catalog.count(*),
                pg_catalog.string_agg(
                    pg_catalog.jsonb_build_object(
                        'eventID', pg_catalog.md5(changed.event_id::text || ' withdrawn')::uuid,
                        'recipientID', changed.message_id,
                        'type', 'click',
                        'occurredAt', pg_catalog.to_char(changed.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                        'isHuman', false,
                        'withdrawsHuman', true,
                        'unsubscribeScope', '',
                        'link', changed.link,
                        'url', changed.url
                    )::text,
                    ','
                )
            FROM changed
            WHERE changed.message_kind = 'campaign'
            HAVING pg_catalog.count(*) > 0
        )
        SELECT pg_catalog.count(*) AS changed
        FROM changed
        """
    }

    func decode(_ row: Row) throws -> Int { try row.decode("changed") }
}

extension TrackingStore {
    /// How many were marked.
    func withdraw(_ clicks: [RecentActivity.Click], reason: String) async throws -> Int {
        guard !clicks.isEmpty else { return 0 }
        let statement = WithdrawHumanClicks(eventIDs: clicks.map(\.eventID), occurredAt: clicks.map(\.occurredAt), reason: reason)
        return try await database.first(statement) ?? 0
    }
}
