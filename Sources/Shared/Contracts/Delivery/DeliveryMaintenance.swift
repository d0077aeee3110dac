import JSONRPC
import Model

/// Starts what is due in Delivery.
///
/// Idempotent; called by `datamailer tick`.
package struct DeliveryTick: TickMethod, Codable {
    package typealias Result = TickReport
    package static let name = "delivery.tick"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package init() {}
}

/// Recounts Delivery's counters.
///
/// Changes nothing.
package struct DeliveryVerify: VerifyMethod, Codable {
    package typealias Result = VerifyReport
    package static let name = "delivery.verify"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package var onlyWaiting: Bool?
    package init() {}
}

/// Says how Delivery is.
///
/// Changes nothing.
package struct DeliveryHealth: HealthMethod, Codable {
    package typealias Result = HealthReport
    package static let name = "delivery.health"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package init() {}
}
