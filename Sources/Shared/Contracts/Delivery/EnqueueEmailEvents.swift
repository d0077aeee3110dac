import JSON
import JSONRPC
import Model

/// Puts messages of the contract `email-events` v1 (API.md section 3) into the queue of that name; they are durable when it answers.
///
/// A message that comes twice counts once, by its `event_id`. At most 100 bodies.
package struct EnqueueEmailEvents: RPCMethod, Codable {
    package static let name = "delivery.enqueueEmailEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Empty
    /// The most bodies of one call.
    package static let maximumBodies = 100
    package var bodies: [String]
    package init(bodies: [String]) { self.bodies = bodies }
}
