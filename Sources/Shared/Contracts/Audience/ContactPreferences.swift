import JSON
import JSONRPC
import Model

/// Which categories of a client's mail an address wants; an unknown address wants all.
///
/// Changes nothing. Failures: `email: required|invalid`, `category_tags: invalid`.
package struct GetPreferences: RPCMethod, Codable {
    package static let name = "audience.getPreferences"
    package static let isRead = true
    package typealias Result = ContactPreferences
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    /// These, in this order; empty: those that are stored, by tag.
    package var categoryTags: [String]
    package init(scope: AudienceScope, email: String, categoryTags: [String]) {
        self.scope = scope
        self.email = email
        self.categoryTags = categoryTags
    }
}

/// Stores which categories an address wants; others stay as they are.
///
/// Idempotent. A new address becomes a contact without consent to anything. Failures: `email: required|invalid|erased`,
/// `categories.N.tag: required|invalid|duplicate`, `categories: too_many`, and `categories: suppressed_contact_cannot_be_enabled` when one is
/// to be enabled for somebody who may not be mailed at all.
package struct PutPreferences: RPCMethod, Codable {
    package static let name = "audience.putPreferences"
    package static let isIdempotent = true
    package typealias Result = ContactPreferences
    package typealias Failure = ValidationFailure
    package static let maximumCategories = 200
    package var scope: AudienceScope
    package var email: String
    package var categories: [CategoryPreference]
    package var reason: String
    package init(scope: AudienceScope, email: String, categories: [CategoryPreference], reason: String) {
        self.scope = scope
        self.email = email
        self.categories = categories
        self.reason = reason
    }
}

package struct CategoryPreference: Codable, Equatable, Sendable {
    /// `[A-Za-z0-9_-]{1,200}`.
    package var tag: String
    /// Nil in a change leaves it; in answers it is made from the tag when there is none.
    package var label: String?
    package var enabled: Bool
    package init(tag: String, label: String?, enabled: Bool) { self.tag = tag; self.label = label; self.enabled = enabled }
}

package struct ContactPreferences: RPCPayload, Codable, Equatable {
    /// Normalised.
    package var email: String
    package var categories: [CategoryPreference]
    package var globalUnsubscribed: Bool
    /// Why nothing at all is sent: `global_unsubscribed`, `hard_bounce`, `complaint`; empty when that is not so.
    package var suppressionReasons: [String]
    package init(email: String, categories: [CategoryPreference], globalUnsubscribed: Bool, suppressionReasons: [String]) {
        self.email = email
        self.categories = categories
        self.globalUnsubscribed = globalUnsubscribed
        self.suppressionReasons = suppressionReasons
    }
}
