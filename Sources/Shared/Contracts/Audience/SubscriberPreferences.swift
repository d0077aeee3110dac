import JSON
import JSONRPC
import Model

/// What a person may see and change on their preference page.
///
/// Changes nothing. Failure: `contact: not_found`, also for people who have been erased.
package struct GetSubscriberPreferences: RPCMethod, Codable {
    package static let name = "audience.getSubscriberPreferences"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = SubscriberPreferences
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    /// Categories that the client's mail has; those that the contact has chosen about are added.
    package var categoryTags: [String]
    package init(scope: AudienceScope, contactID: ContactID, categoryTags: [String]) {
        self.scope = scope
        self.contactID = contactID
        self.categoryTags = categoryTags
    }
}

package struct SubscriberPreferences: RPCPayload, Codable, Equatable {
    /// Normalised.
    package var email: String
    package var organizationName: String
    package var audienceName: String
    package var clientName: String
    /// nil: never asked.
    package var clientStatus: SubscriptionStatus?
    package var audienceStatus: SubscriptionStatus?
    package var globalUnsubscribed: Bool
    /// Why the client may not mail the contact at all, by the one rule; nil: it may.
    package var marketingRefusal: SkipReason?
    /// By tag.
    package var categories: [CategoryPreference]
    package init(
        email: String,
        organizationName: String,
        audienceName: String,
        clientName: String,
        clientStatus: SubscriptionStatus?,
        audienceStatus: SubscriptionStatus?,
        globalUnsubscribed: Bool,
        marketingRefusal: SkipReason?,
        categories: [CategoryPreference]
    ) {
        self.email = email
        self.organizationName = organizationName
        self.audienceName = audienceName
        self.clientName = clientName
        self.clientStatus = clientStatus
        self.audienceStatus = audienceStatus
        self.globalUnsubscribed = globalUnsubscribed
        self.marketingRefusal = marketingRefusal
        self.categories = categories
    }
}

/// Ends an opt-out because the person themself says so, and keeps the consent: when, from where, by which words.
///
/// Idempotent by `consentID`. An opt-out that is younger than `occurredAt` stays; bounces and complaints are never touched.
/// Failures: `contact: not_found`, `wording: required|too_long|invalid`.
package struct ResubscribeContact: RPCMethod, Codable {
    package static let name = "audience.resubscribeContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Empty
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    /// Which opt-out.
    package var subscribeScope: UnsubscribeScope
    /// Random and positive.
    package var consentID: Int64
    /// What the person agreed to, as it was shown to them.
    package var wording: String
    /// Where it stood.
    package var source: String
    /// The person's network, cut before it comes here; empty when not known.
    package var requestedFrom: String
    package var occurredAt: Timestamp
    package init(
        scope: AudienceScope,
        contactID: ContactID,
        subscribeScope: UnsubscribeScope,
        consentID: Int64,
        wording: String,
        source: String,
        requestedFrom: String,
        occurredAt: Timestamp
    ) {
        self.scope = scope
        self.contactID = contactID
        self.subscribeScope = subscribeScope
        self.consentID = consentID
        self.wording = wording
        self.source = source
        self.requestedFrom = requestedFrom
        self.occurredAt = occurredAt
    }
}

/// Stores which categories a person wants; others stay as they are.
///
/// Idempotent. Failures: `contact: not_found`, and those of ``PutPreferences`` about categories.
package struct PutSubscriberCategories: RPCMethod, Codable {
    package static let name = "audience.putSubscriberCategories"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Empty
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    package var categories: [CategoryPreference]
    package var reason: String
    package init(scope: AudienceScope, contactID: ContactID, categories: [CategoryPreference], reason: String) {
        self.scope = scope
        self.contactID = contactID
        self.categories = categories
        self.reason = reason
    }
}
