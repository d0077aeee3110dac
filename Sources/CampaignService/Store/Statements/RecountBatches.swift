import Model
import Postgres

/// Batches whose counts differ from a recount of the ledger, one line a counter; a page of campaigns' batches at a time.
struct RecountBatches: Statement {
    struct Output: Sendable {
        var lastBatch: Int64
        var checked: Int64
        var mismatches: [String]
    }

    static let sample = Self(after: BatchID(0), limit: 1)
    var after: BatchID
    var limit: Int
    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT batches.*
            FROM campaign.batches
            WHERE batches.id > \(after)
            ORDER BY batches.id
            LIMIT \(limit)
        ),
        recount AS (
            SELECT page.id,
                count(recipients.id) FILTER (WHERE recipients.state = 0) AS pending_count,
                count(recipients.id) FILTER (WHERE recipients.state = 1) AS attempting_count,
                count(recipients.id) FILTER (WHERE recipients.state = 2) AS sent_count,
                count(recipients.id) FILTER (WHERE recipients.state = 3) AS failed_count,
                count(recipients.id) FILTER (WHERE recipients.state = 4) AS unknown_count,
                count(recipients.id) FILTER (WHERE recipients.state = 5) AS skipped_count,
                count(recipients.id) FILTER (WHERE recipients.delivered_count > 0) AS delivered_count,
                coalesce(sum(recipients.open_count), 0) AS open_count,
                count(recipients.id) FILTER (WHERE recipients.first_opened_at IS NOT NULL) AS unique_open_count,
                coalesce(sum(recipients.click_count), 0) AS click_count,
                count(recipients.id) FILTER (WHERE recipients.first_clicked_at IS NOT NULL) AS unique_click_count,
                coalesce(sum(recipients.human_open_count), 0) AS human_open_count,
                count(recipients.id) FILTER (WHERE recipients.human_open_count > 0) AS unique_human_open_count,
                coalesce(sum(recipients.human_click_count), 0) AS human_click_count,
                count(recipients.id) FILTER (WHERE recipients.human_click_count > 0) AS unique_human_click_count,
                count(recipients.id) FILTER (WHERE recipients.unsubscribed_at IS NOT NULL) AS unsubscribe_count,
                count(recipients.id) FILTER (WHERE recipients.bounced_at IS NOT NULL) AS bounce_count,
                count(recipients.id) FILTER (WHERE recipients.complained_at IS NOT NULL) AS complaint_count
            FROM page
            LEFT JOIN LATERAL (
                SELECT rows.*
                FROM campaign.recipients AS rows
                WHERE rows.id BETWEEN page.first_recipient_id AND page.last_recipient_id
                    AND rows.batch_id = page.id
                    AND rows.campaign_id = page.campaign_id
            ) AS recipients ON true
            GROUP BY page.id
        ),
        compared AS (
            SELECT page.campaign_id, page.id, stored.key, stored.value AS stored, counted.value AS counted
            FROM page
            JOIN recount ON recount.id = page.id
            CROSS JOIN LATERAL jsonb_each_text(to_jsonb(page)) AS stored (key, value)
            JOIN LATERAL jsonb_each_text(to_jsonb(recount)) AS counted (key, value) ON counted.key = stored.key AND counted.key <> 'id'
        )
        SELECT (SELECT max(page.id) FROM page) AS last_batch,
            count(*) AS checked,
            ARRAY(
                SELECT format('campaign %s, batch %s: %s is %s, the ledger has %s', campaign_id, id, key, stored, counted)
                FROM compared
                WHERE stored IS DISTINCT FROM counted
                ORDER BY id, key
            ) AS mismatches
        FROM compared
        HAVING count(*) > 0
        """
    }
    func decode(_ row: Row) throws -> Output {
        Output(lastBatch: try row.decode("last_batch"), checked: try row.decode("checked"), mismatches: try row.decode("mismatches"))
    }
}

/// Campaigns whose batches do not hold exactly the rows that the ledger has: rows outside of any batch, or more than one row of a contact.
struct RecountCampaigns: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT format('campaign %s: its batches hold %s rows, the ledger has %s', ledger.campaign_id, coalesce(counted.rows, 0), ledger.rows) AS line
        FROM (
            SELECT recipients.campaign_id, count(*) AS rows
            FROM campaign.recipients
            GROUP BY recipients.campaign_id
        ) AS ledger
        LEFT JOIN (
            SELECT batches.campaign_id,
                sum(pending_count + attempting_count + sent_count + failed_count + unknown_count + skipped_count) AS rows
            FROM campaign.batches
            GROUP BY batches.campaign_id
        ) AS counted ON counted.campaign_id = ledger.campaign_id
        WHERE ledger.rows IS DISTINCT FROM counted.rows
        ORDER BY ledger.campaign_id
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("line") }
}
