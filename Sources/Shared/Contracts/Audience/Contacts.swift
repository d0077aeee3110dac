import JSON
import JSONRPC
import Model

/// What is to change on one contact; nil leaves a field as it is (API.md section 4 item 1).
package struct ContactChange: Codable, Sendable, Equatable {
    package var email: String
    package var status: SubscriptionStatus?
    package var verified: Bool?
    /// Names of tags to add.
    package var tags: [String]?
    package var validationStatus: EmailValidationStatus?
    package var validationReason: String?
    /// Members replace members of the same name; null removes one.
    package var attributes: JSONValue?
    /// Re-subscribing someone who opted out needs this, with a reason.
    package var resubscribe: Bool?
    package var resubscribeReason: String?
    /// From the columns of our own export; nil leaves them.
    ///
    /// Never cleared by an import unless named (I6).
    package var globalUnsubscribed: Bool?
    package var hardBounced: Bool?
    package var complained: Bool?

    package init(email: String) { self.email = email }
}

/// Creates or changes a contact and its client subscription.
///
/// Idempotent. Result: the API's contact object with `tags`. Failures: `email: required|invalid`, `status: invalid`, `tags:
/// must_be_list`, `attributes: must_be_object` and so on.
package struct UpsertContact: RPCMethod, Codable {
    package static let name = "audience.upsertContact"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var change: ContactChange
    package init(scope: AudienceScope, change: ContactChange) { self.scope = scope; self.change = change }
}

/// The status of an address in an audience and client; an unknown address is an answer, not a failure.
///
/// Idempotent.
package struct GetContactStatus: RPCMethod, Codable {
    package static let name = "audience.getContactStatus"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .delivery, .operator]
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    package init(scope: AudienceScope, email: String) { self.scope = scope; self.email = email }
}

/// One scope of a subscription as the API shows it.
package struct SubscriptionState: Codable, Equatable, Sendable {
    package var slug: String
    package var status: SubscriptionStatus?
    package var verifiedAt: Timestamp?
    package var unsubscribedAt: Timestamp?
    package var unsubscribeReason: String
    package init(slug: String, status: SubscriptionStatus?, verifiedAt: Timestamp?, unsubscribedAt: Timestamp?, unsubscribeReason: String) {
        self.slug = slug
        self.status = status
        self.verifiedAt = verifiedAt
        self.unsubscribedAt = unsubscribedAt
        self.unsubscribeReason = unsubscribeReason
    }
}

/// All that the API says about a contact; the gateway gives it the keys of the recorded samples.
package struct ContactStatus: RPCPayload, Codable, Equatable {
    package var contactID: ContactID?
    /// Normalised.
    package var email: String
    package var verifiedAt: Timestamp?
    package var validationStatus: EmailValidationStatus
    package var validationReason: String
    package var validatedAt: Timestamp?
    package var globalUnsubscribed: Bool
    package var hardBounced: Bool
    package var complained: Bool
    package var audience: SubscriptionState
    package var client: SubscriptionState
    /// nil: may be mailed.
    ///
    /// By the one rule (API.md section 2).
    package var marketingRefusal: SkipReason?
    package var transactionalRefusal: SkipReason?
    package var tags: [String]
    package var attributes: JSONValue
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package init(
        contactID: ContactID?,
        email: String,
        verifiedAt: Timestamp?,
        validationStatus: EmailValidationStatus,
        validationReason: String,
        validatedAt: Timestamp?,
        globalUnsubscribed: Bool,
        hardBounced: Bool,
        complained: Bool,
        audience: SubscriptionState,
        client: SubscriptionState,
        marketingRefusal: SkipReason?,
        transactionalRefusal: SkipReason?,
        tags: [String],
        attributes: JSONValue,
        createdAt: Timestamp?,
        updatedAt: Timestamp?
    ) {
        self.contactID = contactID
        self.email = email
        self.verifiedAt = verifiedAt
        self.validationStatus = validationStatus
        self.validationReason = validationReason
        self.validatedAt = validatedAt
        self.globalUnsubscribed = globalUnsubscribed
        self.hardBounced = hardBounced
        self.complained = complained
        self.audience = audience
        self.client = client
        self.marketingRefusal = marketingRefusal
        self.transactionalRefusal = transactionalRefusal
        self.tags = tags
        self.attributes = attributes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Ends subscriptions of a contact by id: scope `client` for RFC 8058.
///
/// Idempotent: repeating keeps the first time and reason. A contact that is gone is success. An opt-out that is older than a consent
/// of the person's to the same changes nothing.
package struct UnsubscribeContact: RPCMethod, Codable {
    package static let name = "audience.unsubscribeContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .operator]
    package typealias Result = Empty
    package var scope: AudienceScope
    package var contactID: ContactID
    package var unsubscribeScope: UnsubscribeScope
    package var reason: String
    package var occurredAt: Timestamp
    package init(scope: AudienceScope, contactID: ContactID, unsubscribeScope: UnsubscribeScope, reason: String, occurredAt: Timestamp) {
        self.scope = scope
        self.contactID = contactID
        self.unsubscribeScope = unsubscribeScope
        self.reason = reason
        self.occurredAt = occurredAt
    }
}
