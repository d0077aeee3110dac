import Contracts
import JSON
import Model

/// A campaign's numbers over time, and its links.
enum CampaignStatsPayload {
    static let stats = Payload<(CampaignActivity, GetCampaignActivity.Interval)>(
        "CampaignStats",
        [
            .member("campaign", CampaignPayload.campaign.shape) { CampaignPayload.campaign.value($0.0.campaign) },
            .member("interval", .choice(GetCampaignActivity.Interval.self)) { .string($0.1.rawValue) },
            .member("series", .list(of: point.shape), "Oldest first.") { .array($0.0.series.map(point.value)) },
            .member("links", .list(of: link.shape), "The most clicked first.") { .array($0.0.links.map(link.value)) },
        ]
    )

    private static let point = Payload<CampaignActivityPoint>(
        "CampaignStatsPoint",
        [
            .member("at", .timestamp, "The beginning of the interval.") { .string($0.at.iso8601) },
            .member("sent", .integer) { .integer($0.sent) },
            .member("delivered", .integer) { .integer($0.delivered) },
            .member("opened", .integer) { .integer($0.opened) },
            .member("clicked", .integer) { .integer($0.clicked) },
            .member("unsubscribed", .integer) { .integer($0.unsubscribed) },
            .member("bounced", .integer) { .integer($0.bounced) },
            .member("complained", .integer) { .integer($0.complained) },
        ]
    )

    private static let link = Payload<CampaignLink>(
        "CampaignLinkStats",
        [
            .member("link", .integer, "Its number within the mail.") { .integer($0.link) },
            .member("url", .string) { .string($0.url) },
            .member("click_count", .integer) { .integer($0.clickCount) },
            .member("human_click_count", .integer) { .integer($0.humanClickCount) },
        ]
    )
}
