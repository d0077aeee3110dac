import JSON
import JSONRPC
import Model

/// One page of a campaign's candidates in contact order (keyset cursor): every contact that the tags select and that has a
/// relation to the client or audience, eligible or not.
///
/// Idempotent; hot.
package struct CampaignCandidates: RPCMethod, Codable {
    package static let name = "audience.campaignCandidates"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.campaign]
    package typealias Result = CandidatePage
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    /// Slugs; a contact must have all of them.
    package var includeTags: [String]
    /// Slugs; a contact must have none of them.
    package var excludeTags: [String]
    /// Empty: no category.
    package var categoryTag: String
    /// Contacts with a greater id only.
    package var after: ContactID
    /// 1 to 20,000.
    package var limit: Int
    /// Names of attributes that the content uses; null means all of them.
    package var attributeNames: [String]?
    package init(
        scope: AudienceScope,
        includeTags: [String],
        excludeTags: [String],
        categoryTag: String,
        after: ContactID,
        limit: Int,
        attributeNames: [String]?
    ) {
        self.scope = scope
        self.includeTags = includeTags
        self.excludeTags = excludeTags
        self.categoryTag = categoryTag
        self.after = after
        self.limit = limit
        self.attributeNames = attributeNames
    }
}

/// A page as columns, so that 10,000 candidates are four short JSON arrays.
package struct CandidatePage: RPCPayload, Codable, Equatable {
    package var contactIDs: [Int64]
    package var emails: [String]
    /// Empty string: eligible; else a ``SkipReason``.
    package var skipReasons: [String]
    /// JSON text of the merge fields: `{"attributes": {…}}`, `{}` when none are used.
    package var mergeFields: [String]
    /// Null at the end.
    package var next: ContactID?
    package init(contactIDs: [Int64], emails: [String], skipReasons: [String], mergeFields: [String], next: ContactID?) {
        self.contactIDs = contactIDs
        self.emails = emails
        self.skipReasons = skipReasons
        self.mergeFields = mergeFields
        self.next = next
    }
}

/// Which of these contacts may not be mailed at this moment, and why: the same rule as status, snapshot and explain.
///
/// Idempotent; hot. A contact that no longer exists is `suppressed`.
package struct CheckEligibility: RPCMethod, Codable {
    package static let name = "audience.checkEligibility"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.campaign, .operator]
    package typealias Result = EligibilityRefusals
    package var scope: AudienceScope
    package var categoryTag: String
    package var contactIDs: [Int64]
    package init(scope: AudienceScope, categoryTag: String, contactIDs: [Int64]) {
        self.scope = scope
        self.categoryTag = categoryTag
        self.contactIDs = contactIDs
    }
}

/// Only the refused ones; parallel arrays.
package struct EligibilityRefusals: RPCPayload, Codable, Equatable {
    package var contactIDs: [Int64]
    package var reasons: [SkipReason]
    package init(contactIDs: [Int64], reasons: [SkipReason]) { self.contactIDs = contactIDs; self.reasons = reasons }
}
