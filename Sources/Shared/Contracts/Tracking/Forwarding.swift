import JSON
import JSONRPC
import Model

/// The requests on public links that wait for Campaign, as numbers of a queue.
///
/// Changes nothing.
package struct GetForwarding: RPCMethod, Codable {
    /// How the operator's commands name it beside Delivery's queues.
    package static let queue = "link-events"
    package static let name = "tracking.forwarding"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = QueueList
    package init() {}
}

/// Micro-batches that wait, or those that were moved aside because Campaign refused them too often.
///
/// Changes nothing.
package struct PeekForwarding: RPCMethod, Codable {
    package static let name = "tracking.peekForwarding"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = QueuePeek
    package var dead: Bool
    /// At most 100.
    package var limit: Int
    package init(dead: Bool, limit: Int) {
        self.dead = dead
        self.limit = limit
    }
}

/// Sends what was moved aside on its way again.
///
/// Repeating is safe: Campaign applies an event once.
package struct RedriveForwarding: RPCMethod, Codable {
    package static let name = "tracking.redriveForwarding"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = QueueRedriven
    package init() {}
}
