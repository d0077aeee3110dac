import JSONRPC
import Model

/// Starts what is due in Audience.
///
/// Idempotent; called by `datamailer tick`.
package struct AudienceTick: TickMethod, Codable {
    package typealias Result = TickReport
    package static let name = "audience.tick"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}

/// Recounts Audience's counters.
///
/// Changes nothing.
package struct AudienceVerify: VerifyMethod, Codable {
    package typealias Result = VerifyReport
    package static let name = "audience.verify"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package var onlyWaiting: Bool?
    package init() {}
}

/// Says how Audience is.
///
/// Changes nothing.
package struct AudienceHealth: HealthMethod, Codable {
    package typealias Result = HealthReport
    package static let name = "audience.health"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package init() {}
}
