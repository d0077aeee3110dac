import JSONRPC
import Model

/// Brings tags of contacts to the Mailchimp audiences of their clients, one way.
///
/// Sent by Audience's outbox, in the order of the changes; applied once by the item's key. Nothing happens for a client without a configured
/// and enabled Mailchimp audience. At most 1,000 changes.
package struct SyncTags: RPCMethod, Codable {
    package static let name = "tracking.syncTags"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.audience, .operator]
    package typealias Result = Empty
    package var changes: [TagChange]
    package init(changes: [TagChange]) { self.changes = changes }
}

/// Whether a contact has a tag from now on.
package struct TagChange: Codable, Equatable, Sendable {
    package var organizationID: OrganizationID
    package var clientID: ClientID
    /// Normalised.
    package var email: String
    package var tag: String
    package var isActive: Bool
    package init(organizationID: OrganizationID, clientID: ClientID, email: String, tag: String, isActive: Bool) {
        self.organizationID = organizationID
        self.clientID = clientID
        self.email = email
        self.tag = tag
        self.isActive = isActive
    }
}
