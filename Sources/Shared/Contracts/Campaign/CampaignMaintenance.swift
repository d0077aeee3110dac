import JSONRPC
import Model

/// Starts what is due in Campaign.
///
/// Idempotent; called by `datamailer tick`.
package struct CampaignTick: TickMethod, Codable {
    package typealias Result = TickReport
    package static let name = "campaign.tick"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}

/// Recounts Campaign's counters.
///
/// Changes nothing.
package struct CampaignVerify: VerifyMethod, Codable {
    package typealias Result = VerifyReport
    package static let name = "campaign.verify"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package var onlyWaiting: Bool?
    package init() {}
}

/// Says how Campaign is.
///
/// Changes nothing.
package struct CampaignHealth: HealthMethod, Codable {
    package typealias Result = HealthReport
    package static let name = "campaign.health"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package init() {}
}
