import JSON
import JSONRPC
import Model

// Changes of one contact by id. Each answers the contact as it is then, and fails with `contact_id: not_found` for a contact without a
// subscription of the client in the audience, or of another organization.

/// Marks a contact as verified or not, in every scope of the client: the contact itself and the client's subscription.
///
/// Idempotent: the first time stays.
package struct SetContactVerification: RPCMethod, Codable {
    package static let name = "audience.setContactVerification"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package var verified: Bool
    /// When it was verified; nil is now.
    package var verifiedAt: Timestamp?
    package init(scope: AudienceScope, contactID: ContactID, verified: Bool, verifiedAt: Timestamp?) {
        self.scope = scope
        self.contactID = contactID
        self.verified = verified
        self.verifiedAt = verifiedAt
    }
}

/// Stores what a validation of the address found.
///
/// Idempotent: the time of the same finding stays. A reason that is nil stays with the same status and goes with another.
package struct SetContactValidation: RPCMethod, Codable {
    package static let name = "audience.setContactValidation"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package var status: EmailValidationStatus
    package var reason: String?
    package var validatedAt: Timestamp?
    package init(scope: AudienceScope, contactID: ContactID, status: EmailValidationStatus, reason: String?, validatedAt: Timestamp?) {
        self.scope = scope
        self.contactID = contactID
        self.status = status
        self.reason = reason
        self.validatedAt = validatedAt
    }
}

/// Puts a contact on the suppression list or takes it off; nil leaves a kind as it is.
///
/// Idempotent: the first time stays. Each real change is recorded with its reason.
package struct SetContactSuppression: RPCMethod, Codable {
    package static let name = "audience.setContactSuppression"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package var hardBounced: Bool?
    package var complained: Bool?
    package var globalUnsubscribed: Bool?
    package var reason: String
    package init(scope: AudienceScope, contactID: ContactID, reason: String) {
        self.scope = scope
        self.contactID = contactID
        self.reason = reason
    }
}

/// Changes the tags that a contact has in an audience.
///
/// Idempotent. Slugs are made from names; tags that do not exist yet are made. Failures: `tags: too_many`, `tags.N: invalid`.
package struct SetContactTags: RPCMethod, Codable {
    package enum Change: String, Codable, Sendable, CaseIterable { case replace, add, remove }

    package static let name = "audience.setContactTags"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package var change: Change
    package var tags: [String]
    package init(scope: AudienceScope, contactID: ContactID, change: Change, tags: [String]) {
        self.scope = scope
        self.contactID = contactID
        self.change = change
        self.tags = tags
    }
}
