import JSONRPC
import Model

/// Starts what is due in Tracking.
///
/// Idempotent; called by `datamailer tick`.
package struct TrackingTick: TickMethod, Codable {
    package typealias Result = TickReport
    package static let name = "tracking.tick"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}

/// Recounts Tracking's counters.
///
/// Changes nothing.
package struct TrackingVerify: VerifyMethod, Codable {
    package typealias Result = VerifyReport
    package static let name = "tracking.verify"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package var onlyWaiting: Bool?
    package init() {}
}

/// Says how Tracking is.
///
/// Changes nothing.
package struct TrackingHealth: HealthMethod, Codable {
    package typealias Result = HealthReport
    package static let name = "tracking.health"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package init() {}
}
