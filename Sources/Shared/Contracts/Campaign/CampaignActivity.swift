import JSON
import JSONRPC
import Model

/// How a campaign went over time, and which links were clicked.
///
/// Changes nothing. Each recipient counts once in each series, at the first time. The ledger is read for it: some hundred milliseconds for
/// 100,000 recipients. Failure: `external_key: not_found`.
package struct GetCampaignActivity: RPCMethod, Codable {
    package enum Interval: String, Codable, Sendable, CaseIterable { case hour, day }
    package static let name = "campaign.activity"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignActivity
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package var interval: Interval
    package init(address: CampaignAddress, interval: Interval) { self.address = address; self.interval = interval }
}

package struct CampaignActivity: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    /// Only intervals in which something happened, oldest first; the last 1,000 of them.
    package var series: [CampaignActivityPoint]
    /// The most clicked first, at most 500.
    package var links: [CampaignLink]
    package init(campaign: Campaign, series: [CampaignActivityPoint], links: [CampaignLink]) {
        self.campaign = campaign
        self.series = series
        self.links = links
    }
}

package struct CampaignActivityPoint: Codable, Equatable, Sendable {
    /// The beginning of the interval, UTC.
    package var at: Timestamp
    package var sent: Int64 = 0
    package var delivered: Int64 = 0
    package var opened: Int64 = 0
    package var clicked: Int64 = 0
    package var unsubscribed: Int64 = 0
    package var bounced: Int64 = 0
    package var complained: Int64 = 0
    package init(at: Timestamp) { self.at = at }
}

package struct CampaignLink: Codable, Equatable, Sendable {
    package var link: Int
    package var url: String
    package var clickCount: Int64
    package var humanClickCount: Int64
    package init(link: Int, url: String, clickCount: Int64, humanClickCount: Int64) {
        self.link = link
        self.url = url
        self.clickCount = clickCount
        self.humanClickCount = humanClickCount
    }
}

/// Gives a draft (or scheduled) campaign its time: it is started then, by the tick or the running service.
///
/// Idempotent. Failures: `external_key: not_found`, `scheduled_at: must_be_in_future`, `status: not_schedulable` (409), and those of
/// ``QueueCampaign``, because what cannot be sent is told now and not at night.
package struct ScheduleCampaign: RPCMethod, Codable {
    package static let name = "campaign.schedule"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package var at: Timestamp
    package init(address: CampaignAddress, at: Timestamp) { self.address = address; self.at = at }
}
