import Contracts
import Model
import Postgres

/// What a page of the event log adds up to, by pieces of the messages' ids.
///
/// A page is a range of the log's own ids, which its index finds without reading the rest.
struct EventSums: Statement {
    static var sample: Self { Self(RecountEvents(messageKind: .campaign, span: RecountSpan(first: 1, last: 1))) }

    var messageKind: String
    var span: RecountSpan
    var after: Int64
    /// Ids of the log a page.
    var width: Int64 = 100_000

    init(_ call: RecountEvents) {
        messageKind = call.messageKind.rawValue
        span = call.span
        after = call.after.flatMap { Int64($0) } ?? 0
    }

    var sql: SQL {
        """
        WITH pieces AS MATERIALIZED (
            SELECT
                (events.message_id - \(span.first)) / \(span.width) AS piece,
                pg_catalog.count(*) FILTER (WHERE events.type = 'open') AS opens,
                pg_catalog.count(*) FILTER (WHERE events.type = 'open' AND events.classification = 'human') AS human_opens,
                pg_catalog.count(*) FILTER (WHERE events.type = 'click') AS clicks,
                pg_catalog.count(*) FILTER (WHERE events.type = 'click' AND events.classification = 'human') AS human_clicks,
                pg_catalog.count(*) FILTER (WHERE events.type = 'unsubscribe') AS unsubscribes,
                pg_catalog.sum(
                    ((events.message_id % 1048573) * (events.message_id % 1048573) % 1048573 + events.message_id % 997 + 1)
                    * CASE events.type
                        WHEN 'open' THEN CASE events.classification WHEN 'human' THEN 4 ELSE 1 END
                        WHEN 'click' THEN CASE events.classification WHEN 'human' THEN 12 ELSE 5 END
                        ELSE 11
                    END
                )::bigint AS mark
            FROM tracking.events
            WHERE events.id > \(after)
                AND events.id <= \(after + width)
                AND events.message_kind = \(messageKind)
                AND events.message_id BETWEEN \(span.first) AND \(span.last)
            GROUP BY 1
        )
        SELECT
            CASE
                WHEN (SELECT event_sequence.last_value FROM tracking.event_sequence) > \(after + width)
                THEN \(after + width)::text
            END AS next,
            ARRAY(SELECT pieces.piece FROM pieces ORDER BY pieces.piece) AS pieces,
            ARRAY(SELECT pieces.opens FROM pieces ORDER BY pieces.piece) AS opens,
            ARRAY(SELECT pieces.human_opens FROM pieces ORDER BY pieces.piece) AS human_opens,
            ARRAY(SELECT pieces.clicks FROM pieces ORDER BY pieces.piece) AS clicks,
            ARRAY(SELECT pieces.human_clicks FROM pieces ORDER BY pieces.piece) AS human_clicks,
            ARRAY(SELECT pieces.unsubscribes FROM pieces ORDER BY pieces.piece) AS unsubscribes,
            ARRAY(SELECT pieces.mark FROM pieces ORDER BY pieces.piece) AS mark
        """
    }

    func decode(_ row: Row) throws -> RecountPage {
        RecountPage(
            pieces: try row.decode("pieces"),
            columns: try ["opens", "human_opens", "clicks", "human_clicks", "unsubscribes", "mark"].map { try row.decode($0) },
            next: try row.decodeIfPresent("next")
        )
    }
}
