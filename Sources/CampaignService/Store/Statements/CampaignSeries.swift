import Contracts
import Model
import Postgres

/// First times of a campaign's rows, counted by hour or day; reads the rows of the campaign once.
struct CampaignSeries: Statement {
    static let sample = Self(id: CampaignID(1), interval: .hour)
    var id: CampaignID
    var interval: GetCampaignActivity.Interval
    var sql: SQL {
        """
        SELECT series.at, series.sent, series.delivered, series.opened, series.clicked, series.unsubscribed, series.bounced, series.complained
        FROM (
            SELECT date_trunc(\(interval.rawValue), fact.at, 'UTC') AS at,
                count(*) FILTER (WHERE fact.kind = 1) AS sent,
                count(*) FILTER (WHERE fact.kind = 2) AS delivered,
                count(*) FILTER (WHERE fact.kind = 3) AS opened,
                count(*) FILTER (WHERE fact.kind = 4) AS clicked,
                count(*) FILTER (WHERE fact.kind = 5) AS unsubscribed,
                count(*) FILTER (WHERE fact.kind = 6) AS bounced,
                count(*) FILTER (WHERE fact.kind = 7) AS complained
            FROM campaign.recipients
            CROSS JOIN LATERAL (
                VALUES (1, recipients.sent_at), (2, recipients.delivered_at), (3, recipients.first_opened_at),
                    (4, recipients.first_clicked_at), (5, recipients.unsubscribed_at), (6, recipients.bounced_at),
                    (7, recipients.complained_at)
            ) AS fact (kind, at)
            WHERE recipients.campaign_id = \(id)
                AND fact.at IS NOT NULL
            GROUP BY 1
            ORDER BY 1 DESC
            LIMIT 1000
        ) AS series
        ORDER BY series.at
        """
    }
    func decode(_ row: Row) throws -> CampaignActivityPoint {
        var point = CampaignActivityPoint(at: try row.decode("at"))
        point.sent = try row.decode("sent")
        point.delivered = try row.decode("delivered")
        point.opened = try row.decode("opened")
        point.clicked = try row.decode("clicked")
        point.unsubscribed = try row.decode("unsubscribed")
        point.bounced = try row.decode("bounced")
        point.complained = try row.decode("complained")
        return point
    }
}

/// The links of a campaign, the most clicked first.
struct LinksOfCampaign: Statement {
    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL {
        """
        SELECT link_clicks.link, link_clicks.url, link_clicks.click_count, link_clicks.human_click_count
        FROM campaign.link_clicks
        WHERE link_clicks.campaign_id = \(id)
            AND link_clicks.link >= 0
        ORDER BY link_clicks.click_count DESC, link_clicks.link, link_clicks.url
        LIMIT 500
        """
    }
    func decode(_ row: Row) throws -> CampaignLink {
        CampaignLink(
            link: Int(try row.decode("link", as: Int32.self)),
            url: try row.decode("url"),
            clickCount: try row.decode("click_count"),
            humanClickCount: try row.decode("human_click_count")
        )
    }
}
