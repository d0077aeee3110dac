import Contracts
import Postgres

/// What a page of engagement adds up to, by pieces of contact ids.
struct EngagementSums: Statement {
    static let sample = Self(span: RecountSpan(first: 1, last: 1), after: nil)
    var span: RecountSpan
    /// Rows a page.
    var limit = 50_000
    private var afterContact: Int64
    private var afterAudience: Int64

    /// - Parameter after: `<contact>:<audience>` of the last row of the page before.
    init(span: RecountSpan, after: String?) {
        let parts = (after ?? "").split(separator: ":").compactMap { Int64($0) }
        self.span = span
        (afterContact, afterAudience) = parts.count == 2 ? (parts[0], parts[1]) : (0, 0)
    }

    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT engagement.*
            FROM audience.engagement
            WHERE engagement.contact_id BETWEEN \(span.first) AND \(span.last)
                AND (engagement.contact_id, engagement.audience_id) > (\(afterContact), \(afterAudience))
            ORDER BY engagement.contact_id, engagement.audience_id
            LIMIT \(limit)
        ),
        pieces AS (
            SELECT (page.contact_id - \(span.first)) / \(span.width) AS piece,
                sum(page.open_count) AS opens,
                sum(page.human_open_count) AS human_opens,
                sum(page.click_count) AS clicks,
                sum(page.human_click_count) AS human_clicks,
                sum(
                    ((page.contact_id % 1048573) * (page.contact_id % 1048573) % 1048573 + page.contact_id % 997 + 1)
                    * (page.open_count + 3 * page.human_open_count + 5 * page.click_count + 7 * page.human_click_count)
                )::bigint AS mark
            FROM page
            GROUP BY 1
        )
        SELECT
            CASE
                WHEN (SELECT count(*) FROM page) = \(limit) THEN (
                    SELECT page.contact_id || ':' || page.audience_id
                    FROM page
                    ORDER BY page.contact_id DESC, page.audience_id DESC
                    LIMIT 1
                )
            END AS next,
            coalesce((SELECT max(engagement.contact_id) FROM audience.engagement), 0) AS greatest,
            ARRAY(SELECT pieces.piece FROM pieces ORDER BY pieces.piece) AS pieces,
            ARRAY(SELECT pieces.opens FROM pieces ORDER BY pieces.piece) AS opens,
            ARRAY(SELECT pieces.human_opens FROM pieces ORDER BY pieces.piece) AS human_opens,
            ARRAY(SELECT pieces.clicks FROM pieces ORDER BY pieces.piece) AS clicks,
            ARRAY(SELECT pieces.human_clicks FROM pieces ORDER BY pieces.piece) AS human_clicks,
            ARRAY(SELECT pieces.mark FROM pieces ORDER BY pieces.piece) AS mark
        """
    }

    func decode(_ row: Row) throws -> RecountPage {
        RecountPage(
            pieces: try row.decode("pieces"),
            columns: try ["opens", "human_opens", "clicks", "human_clicks", "mark"].map { try row.decode($0) },
            next: try row.decodeIfPresent("next"),
            greatest: try row.decode("greatest")
        )
    }
}
