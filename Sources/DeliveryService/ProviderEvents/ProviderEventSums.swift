import Contracts
import Postgres

/// What a page of the provider's events adds up to, by pieces of campaign recipient ids; what came about the erased is left out, as what
/// came before they were erased is gone.
struct ProviderEventSums: Statement {
    static var sample: Self { Self(span: RecountSpan(first: 1, last: 1), after: nil) }

    var span: RecountSpan
    /// Rows a page.
    var limit = 50_000
    private var afterKey: String

    init(span: RecountSpan, after: String?) {
        self.span = span
        afterKey = after ?? "00000000-0000-0000-0000-000000000000"
    }

    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT told.event_key, told.kind, told.message_kind, told.message_id, told.contact_id
            FROM delivery.provider_events AS told
            WHERE told.event_key > \(afterKey)::uuid
            ORDER BY told.event_key
            LIMIT \(limit)
        ), pieces AS (
            SELECT
                (page.message_id - \(span.first)) / \(span.width) AS piece,
                pg_catalog.count(*) FILTER (WHERE page.kind = 'delivered') AS deliveries,
                pg_catalog.count(*) FILTER (WHERE page.kind IN ('hard_bounce', 'soft_bounce', 'content_bounce')) AS bounces,
                pg_catalog.count(*) FILTER (WHERE page.kind = 'complaint') AS complaints,
                pg_catalog.sum(
                    ((page.message_id % 1048573) * (page.message_id % 1048573) % 1048573 + page.message_id % 997 + 1)
                    * CASE
                        WHEN page.kind = 'delivered' THEN 1
                        WHEN page.kind IN ('hard_bounce', 'soft_bounce', 'content_bounce') THEN 3
                        WHEN page.kind = 'complaint' THEN 5
                        ELSE 0
                    END
                )::bigint AS mark
            FROM page
            WHERE page.message_kind = 'campaign' AND page.contact_id > 0 AND page.message_id BETWEEN \(span.first) AND \(span.last)
            GROUP BY 1
        )
        SELECT
            CASE
                WHEN (SELECT pg_catalog.count(*) FROM page) = \(limit)
                THEN (SELECT page.event_key::text FROM page ORDER BY page.event_key DESC LIMIT 1)
            END AS next,
            ARRAY(SELECT pieces.piece FROM pieces ORDER BY pieces.piece) AS pieces,
            ARRAY(SELECT pieces.deliveries FROM pieces ORDER BY pieces.piece) AS deliveries,
            ARRAY(SELECT pieces.bounces FROM pieces ORDER BY pieces.piece) AS bounces,
            ARRAY(SELECT pieces.complaints FROM pieces ORDER BY pieces.piece) AS complaints,
            ARRAY(SELECT pieces.mark FROM pieces ORDER BY pieces.piece) AS mark
        """
    }

    func decode(_ row: Row) throws -> RecountPage {
        RecountPage(
            pieces: try row.decode("pieces"),
            columns: try ["deliveries", "bounces", "complaints", "mark"].map { try row.decode($0) },
            next: try row.decodeIfPresent("next")
        )
    }
}
