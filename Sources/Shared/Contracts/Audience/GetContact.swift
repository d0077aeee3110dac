import JSON
import JSONRPC
import Model

/// A contact by id, as the client that is subscribed to sees it.
///
/// Changes nothing. Failures: `contact_id: not_found`, also for a contact without a subscription of the client in the audience.
package struct GetContact: RPCMethod, Codable {
    package static let name = "audience.getContact"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package init(scope: AudienceScope, contactID: ContactID) { self.scope = scope; self.contactID = contactID }
}
