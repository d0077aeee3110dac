import JSON
import JSONRPC
import Model

/// Numbers of each queue and its dead letters.
///
/// Idempotent.
package struct ListQueues: RPCMethod, Codable {
    package static let name = "delivery.listQueues"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = QueueList
    package init() {}
}

package struct QueueList: RPCPayload, Codable, Equatable {
    package var queues: [QueueNumbers]
    package init(queues: [QueueNumbers]) { self.queues = queues }
}

package struct QueueNumbers: Codable, Equatable, Sendable {
    /// One of `campaign-email`, `transactional-email`, `ses-webhooks` and `email-events`.
    package var name: String
    /// Ready or delayed.
    package var waiting: Int64
    package var inFlight: Int64
    package var dead: Int64
    package init(name: String, waiting: Int64, inFlight: Int64, dead: Int64) {
        self.name = name
        self.waiting = waiting
        self.inFlight = inFlight
        self.dead = dead
    }
}

/// Shows messages without taking them.
///
/// Idempotent. Failure: `queue: not_found`.
package struct PeekQueue: RPCMethod, Codable {
    package static let name = "delivery.peekQueue"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = QueuePeek
    package typealias Failure = ValidationFailure
    package var queue: String
    package var dead: Bool
    /// From 1 to 100.
    package var limit: Int
    package init(queue: String, dead: Bool, limit: Int) { self.queue = queue; self.dead = dead; self.limit = limit }
}

package struct QueuePeek: RPCPayload, Codable, Equatable {
    package var messages: [QueuedMessage]
    package init(messages: [QueuedMessage]) { self.messages = messages }
}

package struct QueuedMessage: Codable, Equatable, Sendable {
    package var id: Int64
    package var body: JSONValue
    package var receiveCount: Int64
    package var enqueuedAt: Timestamp
    package var lastError: String
    package init(id: Int64, body: JSONValue, receiveCount: Int64, enqueuedAt: Timestamp, lastError: String) {
        self.id = id
        self.body = body
        self.receiveCount = receiveCount
        self.enqueuedAt = enqueuedAt
        self.lastError = lastError
    }
}

/// Moves dead letters back to their queue.
///
/// Idempotent: what was moved is not there to move again. Failure: `queue: not_found`.
package struct RedriveQueue: RPCMethod, Codable {
    package static let name = "delivery.redriveQueue"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = QueueRedriven
    package typealias Failure = ValidationFailure
    package var queue: String
    package init(queue: String) { self.queue = queue }
}

package struct QueueRedriven: RPCPayload, Codable, Equatable {
    package var moved: Int64
    package init(moved: Int64) { self.moved = moved }
}
