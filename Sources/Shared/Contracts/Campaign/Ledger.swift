import JSON
import JSONRPC
import Model

/// Takes rows for sending: checks that the campaign is sending and each contact's eligibility at this moment (I3), and commits
/// `attempting` with worker, attempt number and a deadline of 45 s durably before it answers (DESIGN section 5 item 3).
///
/// Rows that are not `pending` (or whose not-before time lies ahead) are left out. At most 64 ids. Idempotent by the worker's name: rows that
/// a call with this name took within the last ``ClaimRecipients/repetitionSeconds`` are given again, with the same attempt and deadline, so that
/// a lost answer loses nothing. The name must therefore be another one for each window, and a worker must use one answer only. Hot.
package struct ClaimRecipients: RPCMethod, Codable {
    package static let name = "campaign.claim"
    package static let isIdempotent = true
    /// How long a claim can be repeated: less than a worker may take to begin sending.
    package static let repetitionSeconds: Int64 = 15
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = ClaimedRecipients
    package var campaignID: CampaignID
    package var batchID: BatchID
    package var recipientIDs: [Int64]
    /// Names the worker process and this window.
    package var worker: String
    package init(campaignID: CampaignID, batchID: BatchID, recipientIDs: [Int64], worker: String) {
        self.campaignID = campaignID
        self.batchID = batchID
        self.recipientIDs = recipientIDs
        self.worker = worker
    }
}

/// The claimed rows as columns.
package struct ClaimedRecipients: RPCPayload, Codable, Equatable {
    /// What the worker does with the rest of its message.
    package enum Disposition: String, Codable, Sendable, CaseIterable {
        /// Go on.
        case sending
        /// Put the message back with a delay.
        case paused
        /// The campaign is over: drop the message.
        case ended
    }
    package var disposition: Disposition
    package var revisionID: RevisionID
    package var recipientIDs: [Int64]
    package var attempts: [Int64]
    package var contactIDs: [Int64]
    package var emails: [String]
    /// JSON text of each row's merge fields.
    package var mergeFields: [String]
    /// Ids that are still `pending` with a not-before time ahead: the message must come back.
    package var deferredIDs: [Int64]
    /// Seconds until the earliest of ``deferredIDs`` is due; 0 when there is none.
    package var deferredSeconds: Int64
    /// Ids that somebody else holds as `attempting` and whose deadline has not passed: the message must come back.
    package var heldIDs: [Int64]
    package init(
        disposition: Disposition,
        revisionID: RevisionID,
        recipientIDs: [Int64] = [],
        attempts: [Int64] = [],
        contactIDs: [Int64] = [],
        emails: [String] = [],
        mergeFields: [String] = [],
        deferredIDs: [Int64] = [],
        deferredSeconds: Int64 = 0,
        heldIDs: [Int64] = []
    ) {
        self.disposition = disposition
        self.revisionID = revisionID
        self.recipientIDs = recipientIDs
        self.attempts = attempts
        self.contactIDs = contactIDs
        self.emails = emails
        self.mergeFields = mergeFields
        self.deferredIDs = deferredIDs
        self.deferredSeconds = deferredSeconds
        self.heldIDs = heldIDs
    }
}

/// What became of one attempt.
package struct AttemptOutcome: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// The provider has it.
        case sent
        /// The provider refused it for good, or the content does not render for this recipient.
        case failed
        /// The provider certainly does not have it; try again after ``AttemptOutcome/retryAfterSeconds``.
        case retry
        /// The provider may have it. Held (I1).
        case unknown
    }
    package var recipientID: Int64
    package var attempt: Int64
    package var kind: Kind
    /// The provider's message id; empty when none is known.
    package var providerMessageID: String
    /// Empty for `sent`.
    package var reason: String
    package var retryAfterSeconds: Int64
    /// True: it failed because the content does not render, and no provider was asked.
    package var isContent: Bool?
    package init(
        recipientID: Int64,
        attempt: Int64,
        kind: Kind,
        providerMessageID: String = "",
        reason: String = "",
        retryAfterSeconds: Int64 = 0,
        isContent: Bool? = nil
    ) {
        self.recipientID = recipientID
        self.attempt = attempt
        self.kind = kind
        self.providerMessageID = providerMessageID
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
        self.isContent = isContent
    }
}

/// What a worker found that concerns a whole campaign.
package struct CampaignFault: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Its content can be rendered for nobody: the campaign fails.
        case content
        /// The provider takes nothing of this sender or account until somebody acts: the campaign is paused.
        case sender
    }
    package var kind: Kind
    /// For the operator and the client.
    package var reason: String
    package init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

/// Records outcomes, each guarded by its attempt number: a row that another attempt holds is left.
///
/// A late `sent` of the same attempt is taken for an `unknown` row, and for one that an operator wants sent again. Idempotent; hot. At most 128 outcomes. A fault stops the campaign, and so do
/// equal refusals in a row.
package struct RecordOutcomes: RPCMethod, Codable {
    package static let name = "campaign.record"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = RecordedOutcomes
    package var campaignID: CampaignID
    package var batchID: BatchID
    package var outcomes: [AttemptOutcome]
    package var fault: CampaignFault?
    package init(campaignID: CampaignID, batchID: BatchID, outcomes: [AttemptOutcome], fault: CampaignFault? = nil) {
        self.campaignID = campaignID
        self.batchID = batchID
        self.outcomes = outcomes
        self.fault = fault
    }
}

package struct RecordedOutcomes: RPCPayload, Codable, Equatable {
    /// How many rows took their outcome.
    package var recorded: Int
    package init(recorded: Int) { self.recorded = recorded }
}

/// Who a campaign message went to, for the public pages, and for Delivery whether there is such a row.
///
/// Idempotent.
package struct RecipientContext: RPCMethod, Codable {
    package static let name = "campaign.recipientContext"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .delivery]
    package typealias Result = RecipientContextResult
    package enum Failure: String, RPCFailure, Codable, CaseIterable {
        case notFound
        package var kind: String { rawValue }
    }
    package var recipientID: RecipientID
    /// Whether ``RecipientContextResult/categoryTags`` are wanted; nil: no.
    package var wantsCategories: Bool?
    package init(recipientID: RecipientID, wantsCategories: Bool? = nil) {
        self.recipientID = recipientID
        self.wantsCategories = wantsCategories
    }
}

package struct RecipientContextResult: RPCPayload, Codable, Equatable {
    package var campaignID: CampaignID
    package var scope: AudienceScope
    package var contactID: ContactID
    package var email: String
    package var clientName: String
    /// The categories of the client's campaigns in this audience, at most 100, by tag; nil when they were not asked for.
    package var categoryTags: [String]?
    package init(
        campaignID: CampaignID,
        scope: AudienceScope,
        contactID: ContactID,
        email: String,
        clientName: String,
        categoryTags: [String]? = nil
    ) {
        self.campaignID = campaignID
        self.scope = scope
        self.contactID = contactID
        self.email = email
        self.clientName = clientName
        self.categoryTags = categoryTags
    }
}
