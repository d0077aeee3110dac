import JSON
import JSONRPC
import Model

/// Starts a draft (or scheduled) campaign: `queued`, then the snapshot runs in the background.
///
/// Idempotent: a campaign that was started answers `queued: false` with its numbers. Failure: `external_key: not_found`, `from_email:
/// not_configured`, template failures as ``PutCampaign``.
package struct QueueCampaign: RPCMethod, Codable {
    package static let name = "campaign.queue"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignQueueResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

package struct CampaignQueueResult: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    package var queued: Bool
    package var batchCount: Int64
    package init(campaign: Campaign, queued: Bool, batchCount: Int64) {
        self.campaign = campaign
        self.queued = queued
        self.batchCount = batchCount
    }
}

/// Ends a campaign before its end: pending rows become `skipped` with `campaign_cancelled`, what was sent stays sent.
///
/// Idempotent: again is `cancelled: false`. Failures: `external_key: not_found`, `status: not_cancellable` (409; sent or failed).
package struct CancelCampaign: RPCMethod, Codable {
    package static let name = "campaign.cancel"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignCancelResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

package struct CampaignCancelResult: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    package var cancelled: Bool
    /// Rows that this call skipped.
    package var skippedCount: Int64
    package init(campaign: Campaign, cancelled: Bool, skippedCount: Int64) {
        self.campaign = campaign
        self.cancelled = cancelled
        self.skippedCount = skippedCount
    }
}

/// Stops claiming; what is attempting finishes.
///
/// Idempotent. Failures: `external_key: not_found`, `status: not_pausable` (409).
package struct PauseCampaign: RPCMethod, Codable {
    package static let name = "campaign.pause"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

/// Goes on after a pause.
///
/// Idempotent. Failures: `external_key: not_found`, `status: not_resumable` (409).
package struct ResumeCampaign: RPCMethod, Codable {
    package static let name = "campaign.resume"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

/// Which rows an operator sends again.
package enum ResendKind: String, Codable, Sendable, CaseIterable { case failed, unknown }

/// Puts the failed or the unknown rows back to `pending` and sends them.
///
/// The only way to a second copy (I1); counted in `resends`. Idempotent with an idempotency key. Failures: `external_key: not_found`,
/// `status: not_resendable` (409).
package struct ResendCampaign: RPCMethod, Codable {
    package static let name = "campaign.resend"
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignResendResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package var kind: ResendKind
    package init(address: CampaignAddress, kind: ResendKind) { self.address = address; self.kind = kind }
}

package struct CampaignResendResult: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    package var resentCount: Int64
    package init(campaign: Campaign, resentCount: Int64) { self.campaign = campaign; self.resentCount = resentCount }
}

/// Rows of the ledger by state, in id order, for listing unknowns, failures and skips.
///
/// Idempotent.
package struct ListRecipients: RPCMethod, Codable {
    package static let name = "campaign.listRecipients"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = RecipientList
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    /// nil: all states.
    package var state: RecipientState?
    /// nil: all; beside the state, by what the API calls the status.
    package var status: RecipientStatus?
    package var after: RecipientID
    /// From 1 to 1,000.
    package var limit: Int
    package init(
        address: CampaignAddress,
        state: RecipientState?,
        status: RecipientStatus? = nil,
        after: RecipientID = RecipientID(0),
        limit: Int = 100
    ) {
        self.address = address
        self.state = state
        self.status = status
        self.after = after
        self.limit = limit
    }
}

package struct RecipientList: RPCPayload, Codable, Equatable {
    package var recipients: [Recipient]
    package init(recipients: [Recipient]) { self.recipients = recipients }
}

/// One row of the ledger.
package struct Recipient: Codable, Equatable, Sendable {
    package var id: RecipientID
    package var contactID: ContactID
    package var email: String
    package var state: RecipientState
    package var attempt: Int
    package var skipReason: SkipReason?
    package var lastError: String
    package var providerMessageID: String
    package var sentAt: Timestamp?
    package var firstOpenedAt: Timestamp?
    package var firstClickedAt: Timestamp?
    package var unsubscribedAt: Timestamp?
    package var openCount: Int64
    package var clickCount: Int64
    /// By the facts, strongest first.
    package var status: RecipientStatus
    package var deliveredAt: Timestamp?
    package var bouncedAt: Timestamp?
    package var complainedAt: Timestamp?
    package init(
        id: RecipientID,
        contactID: ContactID,
        email: String,
        state: RecipientState,
        attempt: Int,
        skipReason: SkipReason?,
        lastError: String,
        providerMessageID: String,
        sentAt: Timestamp?,
        firstOpenedAt: Timestamp?,
        firstClickedAt: Timestamp?,
        unsubscribedAt: Timestamp?,
        openCount: Int64,
        clickCount: Int64,
        status: RecipientStatus,
        deliveredAt: Timestamp? = nil,
        bouncedAt: Timestamp? = nil,
        complainedAt: Timestamp? = nil
    ) {
        self.id = id
        self.contactID = contactID
        self.email = email
        self.state = state
        self.attempt = attempt
        self.skipReason = skipReason
        self.lastError = lastError
        self.providerMessageID = providerMessageID
        self.sentAt = sentAt
        self.firstOpenedAt = firstOpenedAt
        self.firstClickedAt = firstClickedAt
        self.unsubscribedAt = unsubscribedAt
        self.openCount = openCount
        self.clickCount = clickCount
        self.status = status
        self.deliveredAt = deliveredAt
        self.bouncedAt = bouncedAt
        self.complainedAt = complainedAt
    }
}
