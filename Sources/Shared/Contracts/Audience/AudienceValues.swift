import JSON
import JSONRPC
import Model

/// Subscription state of a contact towards an audience or a client (API.md section 2, "Values").
package enum SubscriptionStatus: String, Codable, Sendable, CaseIterable { case pending, subscribed, unsubscribed }

/// How valid an address is held to be.
package enum EmailValidationStatus: String, Codable, Sendable, CaseIterable {
    case unknown, valid
    case invalidSyntax = "invalid_syntax"
    case noMX = "no_mx"
    case disposable, risky
    case manuallyInvalid = "manually_invalid"
    case externallyValidated = "externally_validated"
}

/// Why a recipient is not mailed (API.md section 2); the eligibility rule's answer, first match wins.
package enum SkipReason: String, Codable, Sendable, CaseIterable {
    case hardBounce = "hard_bounce"
    case complaint
    case globalUnsubscribe = "global_unsubscribe"
    case invalidEmail = "invalid_email"
    case unverified
    case audienceUnsubscribe = "audience_unsubscribe"
    case clientUnsubscribe = "client_unsubscribe"
    case suppressed
    case categoryDisabled = "category_disabled"
    case duplicate
    case campaignCancelled = "campaign_cancelled"
}

/// What an unsubscribe covers.
package enum UnsubscribeScope: String, Codable, Sendable, CaseIterable { case client, audience, global }

/// An address that a client may send from.
package struct Sender: Codable, Hashable, Sendable {
    /// `[A-Za-z0-9_-]{1,64}`.
    package var id: String
    /// `Name <local@domain>` or a bare address, as the client wrote it.
    package var email: String
    package init(id: String, email: String) { self.id = id; self.email = email }
}

/// A client as authentication and the campaign engine need it.
package struct ClientIdentity: Codable, Hashable, Sendable {
    package var organizationID: OrganizationID
    package var organizationSlug: String
    package var clientID: ClientID
    package var clientSlug: String
    package var clientName: String
    package init(organizationID: OrganizationID, organizationSlug: String, clientID: ClientID, clientSlug: String, clientName: String) {
        self.organizationID = organizationID
        self.organizationSlug = organizationSlug
        self.clientID = clientID
        self.clientSlug = clientSlug
        self.clientName = clientName
    }
    package var scope: ClientScope { ClientScope(organizationID: organizationID, clientID: clientID) }
}
