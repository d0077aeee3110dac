import JSONRPC
import Model

/// Replays what the gateway's spool holds, so that events of a time before a restart wait for nobody's visit.
///
/// Idempotent; called by `datamailer tick`.
package struct GatewayTick: TickMethod, Codable {
    package typealias Result = TickReport
    package static let name = "gateway.tick"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}

/// Counts the gateway's spool: lines that wait for Tracking are pending, lines that Tracking refused are mismatches.
///
/// Changes nothing.
package struct GatewayVerify: VerifyMethod, Codable {
    package typealias Result = VerifyReport
    package static let name = "gateway.verify"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    /// Counting the spool is all there is: the same answer either way.
    package var onlyWaiting: Bool?
    package init() {}
}

/// Says how the gateway is.
///
/// Changes nothing.
package struct GatewayHealth: HealthMethod, Codable {
    package typealias Result = HealthReport
    package static let name = "gateway.health"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}
