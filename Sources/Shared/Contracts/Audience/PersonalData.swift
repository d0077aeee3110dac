import JSON
import JSONRPC
import Model

/// Everything that Audience holds about an address in one organization, in every audience and client of it (GDPR article 15).
///
/// Changes nothing. Failures: `email: required|invalid|not_found`.
package struct ExportPersonalData: RPCMethod, Codable {
    package static let name = "audience.exportPersonalData"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = PersonalData
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var email: String
    package init(scope: ClientScope, email: String) { self.scope = scope; self.email = email }
}

package struct PersonalData: RPCPayload, Codable, Equatable {
    package var contactID: ContactID
    package var email: String
    /// One object: the contact, and arrays of what hangs on it.
    package var data: JSONValue
    /// The slugs of the organization's clients and audiences by id, for what other services know by id only.
    package var clientSlugs: [String: String]?
    package var audienceSlugs: [String: String]?
    package init(
        contactID: ContactID,
        email: String,
        data: JSONValue,
        clientSlugs: [String: String]? = nil,
        audienceSlugs: [String: String]? = nil
    ) {
        self.contactID = contactID
        self.email = email
        self.data = data
        self.clientSlugs = clientSlugs
        self.audienceSlugs = audienceSlugs
    }
}

/// Erases a person from one organization (GDPR article 17), here at once and in the other services by the outbox.
///
/// Idempotent. What is left is a keyed hash of the address, so that nobody mails it again. The answer waits a little for the other services;
/// what they have not answered by then is counted as 0 and named in `pending`. Failures: `email: required|invalid`.
package struct EraseContact: RPCMethod, Codable {
    package static let name = "audience.eraseContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ErasedContact
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var email: String
    package init(scope: ClientScope, email: String) { self.scope = scope; self.email = email }
}

package struct ErasedContact: RPCPayload, Codable, Equatable {
    /// Normalised.
    package var email: String
    /// Nil: there was nobody.
    package var contactID: ContactID?
    /// What was deleted or made anonymous, by the API's names.
    package var counts: [String: Int]
    /// Services that have not answered yet; the outbox goes on until they have.
    package var pending: [String]
    package init(email: String, contactID: ContactID?, counts: [String: Int], pending: [String]) {
        self.email = email
        self.contactID = contactID
        self.counts = counts
        self.pending = pending
    }
}
