import Contracts
import Model
import Postgres

/// What a page of the ledger adds up to, by pieces of recipient ids: every event as Tracking has it, and the provider's as Delivery has them.
///
/// Delivery has forgotten the events of the erased.
struct LedgerSums: Statement {
    static let sample = Self(span: RecountSpan(first: 1, last: 1), after: 0)
    var span: RecountSpan
    var after: Int64
    /// Rows a page.
    var limit = 50_000
    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT recipients.*
            FROM campaign.recipients
            WHERE recipients.id BETWEEN \(span.first) AND \(span.last)
                AND recipients.id > \(after)
            ORDER BY recipients.id
            LIMIT \(limit)
        ),
        pieces AS (
            SELECT (page.id - \(span.first)) / \(span.width) AS piece,
                sum(page.open_count) AS opens,
                sum(page.human_open_count) AS human_opens,
                sum(page.click_count) AS clicks,
                sum(page.human_click_count) AS human_clicks,
                sum(page.unsubscribe_count) AS unsubscribes,
                coalesce(sum(page.delivered_count) FILTER (WHERE page.contact_id > 0), 0) AS deliveries,
                coalesce(sum(page.bounce_count) FILTER (WHERE page.contact_id > 0), 0) AS bounces,
                coalesce(sum(page.complaint_count) FILTER (WHERE page.contact_id > 0), 0) AS complaints,
                sum(
                    ((page.id % 1048573) * (page.id % 1048573) % 1048573 + page.id % 997 + 1)
                    * (page.open_count + 3 * page.human_open_count + 5 * page.click_count + 7 * page.human_click_count + 11 * page.unsubscribe_count)
                )::bigint AS event_mark,
                coalesce(
                    sum(
                        ((page.id % 1048573) * (page.id % 1048573) % 1048573 + page.id % 997 + 1)
                        * (page.delivered_count + 3 * page.bounce_count + 5 * page.complaint_count)
                    ) FILTER (WHERE page.contact_id > 0),
                    0
                )::bigint AS provider_mark
            FROM page
            GROUP BY 1
        )
        SELECT CASE WHEN (SELECT count(*) FROM page) = \(limit) THEN (SELECT max(page.id) FROM page)::text END AS next,
            coalesce((SELECT max(recipients.id) FROM campaign.recipients), 0) AS greatest,
            ARRAY(SELECT pieces.piece FROM pieces ORDER BY pieces.piece) AS pieces,
            ARRAY(SELECT pieces.opens FROM pieces ORDER BY pieces.piece) AS opens,
            ARRAY(SELECT pieces.human_opens FROM pieces ORDER BY pieces.piece) AS human_opens,
            ARRAY(SELECT pieces.clicks FROM pieces ORDER BY pieces.piece) AS clicks,
            ARRAY(SELECT pieces.human_clicks FROM pieces ORDER BY pieces.piece) AS human_clicks,
            ARRAY(SELECT pieces.unsubscribes FROM pieces ORDER BY pieces.piece) AS unsubscribes,
            ARRAY(SELECT pieces.deliveries FROM pieces ORDER BY pieces.piece) AS deliveries,
            ARRAY(SELECT pieces.bounces FROM pieces ORDER BY pieces.piece) AS bounces,
            ARRAY(SELECT pieces.complaints FROM pieces ORDER BY pieces.piece) AS complaints,
            ARRAY(SELECT pieces.event_mark FROM pieces ORDER BY pieces.piece) AS event_mark,
            ARRAY(SELECT pieces.provider_mark FROM pieces ORDER BY pieces.piece) AS provider_mark
        """
    }
    func decode(_ row: Row) throws -> RecountPage {
        let names: [StaticString] = [
            "opens", "human_opens", "clicks", "human_clicks", "unsubscribes", "deliveries", "bounces", "complaints", "event_mark",
            "provider_mark",
        ]
        return RecountPage(
            pieces: try row.decode("pieces"),
            columns: try names.map { try row.decode($0) },
            next: try row.decodeIfPresent("next"),
            greatest: try row.decode("greatest")
        )
    }
}

/// What a page of the ledger adds up to, by pieces of contact ids: opens and clicks as Audience's engagement has them.
struct LedgerContactSums: Statement {
    static let sample = Self(span: RecountSpan(first: 1, last: 1), after: 0)
    var span: RecountSpan
    var after: Int64
    /// Rows a page.
    var limit = 50_000
    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT recipients.*
            FROM campaign.recipients
            WHERE recipients.id > \(after)
            ORDER BY recipients.id
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
            WHERE page.contact_id BETWEEN \(span.first) AND \(span.last)
            GROUP BY 1
        )
        SELECT CASE WHEN (SELECT count(*) FROM page) = \(limit) THEN (SELECT max(page.id) FROM page)::text END AS next,
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
            next: try row.decodeIfPresent("next")
        )
    }
}

/// The first recipient of the campaigns that were started within the last 50 days: Delivery keeps the provider's events for 60.
struct LedgerBounds: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT coalesce(min(batches.first_recipient_id), 9223372036854775807) AS first_recent
        FROM campaign.revisions
        JOIN campaign.campaigns ON campaigns.revision_id = revisions.id
        JOIN campaign.batches ON batches.campaign_id = campaigns.id
        WHERE revisions.created_at > clock_timestamp() - interval '50 days'
        """
    }
    func decode(_ row: Row) throws -> RecountBounds { RecountBounds(firstRecentRecipient: try row.decode("first_recent")) }
}
