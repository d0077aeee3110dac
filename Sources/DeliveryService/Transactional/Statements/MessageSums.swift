import Contracts
import Postgres

/// What a page of transactional messages adds up to, by pieces of their ids: opens and clicks.
struct MessageSums: Statement {
    static var sample: Self { Self(span: RecountSpan(first: 1, last: 1), after: 0) }

    var span: RecountSpan
    /// Rows a page.
    var limit = 50_000
    var after: Int64

    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT message.id, message.open_count, message.click_count
            FROM delivery.transactional_messages AS message
            WHERE message.id BETWEEN \(span.first) AND \(span.last) AND message.id > \(after)
            ORDER BY message.id
            LIMIT \(limit)
        ), pieces AS (
            SELECT
                (page.id - \(span.first)) / \(span.width) AS piece,
                pg_catalog.sum(page.open_count)::bigint AS opens,
                pg_catalog.sum(page.click_count)::bigint AS clicks
            FROM page
            GROUP BY 1
        )
        SELECT
            CASE WHEN (SELECT pg_catalog.count(*) FROM page) = \(limit) THEN (SELECT pg_catalog.max(page.id)::text FROM page) END AS next,
            COALESCE((SELECT pg_catalog.max(message.id) FROM delivery.transactional_messages AS message), 0) AS greatest,
            ARRAY(SELECT pieces.piece FROM pieces ORDER BY pieces.piece) AS pieces,
            ARRAY(SELECT pieces.opens FROM pieces ORDER BY pieces.piece) AS opens,
            ARRAY(SELECT pieces.clicks FROM pieces ORDER BY pieces.piece) AS clicks
        """
    }

    func decode(_ row: Row) throws -> RecountPage {
        RecountPage(
            pieces: try row.decode("pieces"),
            columns: try ["opens", "clicks"].map { try row.decode($0) },
            next: try row.decodeIfPresent("next"),
            greatest: try row.decode("greatest")
        )
    }
}
