import JSON
import JSONRPC
import Model

/// Puts provider notifications into the queue `ses-webhooks`; they are durable when it answers.
///
/// Each body is a message of the contract `ses-webhooks` v1 or an SNS envelope whose signature was verified (API.md section 3). A body that
/// comes twice is worked on twice and counts once. At most 100 bodies.
package struct EnqueueProviderEvents: RPCMethod, Codable {
    package static let name = "delivery.enqueueProviderEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Empty
    /// The most bodies of one call.
    package static let maximumBodies = 100
    package var bodies: [String]
    package init(bodies: [String]) { self.bodies = bodies }
}
