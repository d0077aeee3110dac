import JSONRPC
import Model

/// Makes the events of an erased contact anonymous: address, metadata, links, user agents and network addresses go; what happened and when stays.
///
/// Idempotent: a repetition counts nothing. Events that arrive later for the contact are stored without these too, and deliveries that wait
/// are made of what is left.
package struct EraseContactEvents: RPCMethod, Codable {
    package static let name = "tracking.eraseContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .operator]
    package typealias Result = ErasedEvents
    package var organizationID: OrganizationID
    package var contactID: ContactID
    package init(organizationID: OrganizationID, contactID: ContactID) {
        self.organizationID = organizationID
        self.contactID = contactID
    }
}

package struct ErasedEvents: RPCPayload, Codable, Equatable {
    /// Events made anonymous.
    package var events: Int
    /// Deliveries of the callback format about the contact that were still waiting.
    package var callbacks: Int
    package init(events: Int, callbacks: Int) { self.events = events; self.callbacks = callbacks }
}
