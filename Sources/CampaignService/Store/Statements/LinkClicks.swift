import Contracts
import Postgres

/// Adds clicks to their links, merged; the caller knows that none of them was counted before.
struct CountLinkClicks: Statement {
    static let sample = Self(clicks: [])
    var clicks: [LinkClick]
    var sql: SQL {
        """
        INSERT INTO campaign.link_clicks (campaign_id, link, url, click_count, human_click_count)
        SELECT click.campaign_id, click.link, click.url, sum(click.clicks), sum(click.human_clicks)
        FROM unnest(
            \(clicks.map(\.campaignID)), \(clicks.map(\.link)), \(clicks.map(\.url)), \(clicks.map(\.clicks)), \(clicks.map(\.humanClicks))
        ) AS click (campaign_id, link, url, clicks, human_clicks)
        GROUP BY click.campaign_id, click.link, click.url
        ORDER BY click.campaign_id, click.link, click.url
        ON CONFLICT (campaign_id, link, url_hash) DO UPDATE
        SET click_count = link_clicks.click_count + excluded.click_count,
            human_click_count = link_clicks.human_click_count + excluded.human_click_count
        """
    }
}

/// What an event adds to a link.
struct LinkClick: Sendable, Equatable {
    /// Stands for links that are not known.
    static let unknown: Int32 = -1

    var campaignID: Int64
    var link: Int32
    var url: String
    var clicks: Int64
    var humanClicks: Int64

    /// nil for what is no click.
    init?(_ event: RecipientEvent, campaignID: Int64) {
        guard event.type == .click else { return nil }
        self.campaignID = campaignID
        if let url = event.url, !url.isEmpty, let link = event.link.flatMap({ Int32(exactly: $0) }) {
            (self.link, self.url) = (link, url)
        } else {
            (link, url) = (Self.unknown, "")
        }
        let isWithdrawal = event.withdrawsHuman == true
        clicks = isWithdrawal ? 0 : 1
        humanClicks = isWithdrawal ? -1 : event.isHuman ? 1 : 0
    }
}

/// Campaigns whose links do not add up to the clicks of their batches.
struct RecountLinks: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT format(
                'campaign %s: its links have %s clicks (%s of people), its batches %s (%s)',
                campaigns.id, links.clicks, links.human_clicks, counted.clicks, counted.human_clicks
            ) AS line
        FROM campaign.campaigns
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(link_clicks.click_count), 0) AS clicks, coalesce(sum(link_clicks.human_click_count), 0) AS human_clicks
            FROM campaign.link_clicks
            WHERE link_clicks.campaign_id = campaigns.id
        ) AS links
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(batches.click_count), 0) AS clicks, coalesce(sum(batches.human_click_count), 0) AS human_clicks
            FROM campaign.batches
            WHERE batches.campaign_id = campaigns.id
        ) AS counted
        WHERE links.clicks <> counted.clicks OR links.human_clicks <> counted.human_clicks
        ORDER BY campaigns.id
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("line") }
}
