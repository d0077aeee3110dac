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
    /// Members of this list only; null or empty: no list.
    ///
    /// Failure: `recipient_list_key: not_found`.
    package var recipientListKey: String?
    /// JSON text of a segment's rules, which contacts must fulfil; null or empty: none.
    ///
    /// Failures: `rules.…: reason`.
    package var segmentRules: String?
    /// Whether what the list says about its members goes along, as `member`.
    package var wantsMember: Bool?
    package init(
        scope: AudienceScope,
        includeTags: [String],
        excludeTags: [String],
        categoryTag: String,
        after: ContactID,
        limit: Int,
        attributeNames: [String]?,
        recipientListKey: String? = nil,
        segmentRules: String? = nil,
        wantsMember: Bool? = nil
    ) {
        self.scope = scope
        self.includeTags = includeTags
        self.excludeTags = excludeTags
        self.categoryTag = categoryTag
        self.after = after
        self.limit = limit
        self.attributeNames = attributeNames
        self.recipientListKey = recipientListKey
        self.segmentRules = segmentRules
        self.wantsMember = wantsMember
    }
}

/// A page as columns, so that 10,000 candidates are one short JSON array and three texts.
package struct CandidatePage: RPCPayload, Codable, Equatable {
    package var contactIDs: [Int64]
    package var emails: TextColumn
    /// Empty: eligible; else a ``SkipReason``.
    package var skipReasons: TextColumn
    /// JSON text of the merge fields: `{"attributes": {…}, "member": {…}}`, `{}` when none are used.
    package var mergeFields: TextColumn
    /// Null at the end.
    package var next: ContactID?
    package init(contactIDs: [Int64], emails: TextColumn, skipReasons: TextColumn, mergeFields: TextColumn, next: ContactID?) {
        self.contactIDs = contactIDs
        self.emails = emails
        self.skipReasons = skipReasons
        self.mergeFields = mergeFields
        self.next = next
    }

    package init(contactIDs: [Int64], emails: [String], skipReasons: [String], mergeFields: [String], next: ContactID?) {
        self.init(
            contactIDs: contactIDs,
            emails: TextColumn(emails),
            skipReasons: TextColumn(skipReasons),
            mergeFields: TextColumn(mergeFields),
            next: next
        )
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
