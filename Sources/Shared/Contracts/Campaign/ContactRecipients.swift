import JSON
import JSONRPC
import Model

/// One word for what became of a recipient, strongest first (API.md section 2).
package enum RecipientStatus: String, Codable, Sendable, CaseIterable {
    case complained, bounced, unsubscribed, sent, failed, unknown, skipped, pending
}

/// The campaigns in which a contact has a row, newest first.
///
/// Changes nothing. At most 500; an unknown contact has none.
package struct ContactRecipients: RPCMethod, Codable {
    package static let name = "campaign.contactRecipients"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .operator]
    package typealias Result = ContactRecipientList
    package typealias Failure = NoFailure
    package var scope: AudienceScope
    package var contactID: ContactID
    /// From 1 to 500.
    package var limit: Int
    /// Smaller ids only; nil starts at the newest.
    package var before: RecipientID?
    /// All campaigns of the organization instead of those of the scope's client and audience: for an export of personal data.
    package var isWholeOrganization: Bool?
    package init(
        scope: AudienceScope,
        contactID: ContactID,
        limit: Int = 100,
        before: RecipientID? = nil,
        isWholeOrganization: Bool? = nil
    ) {
        self.scope = scope
        self.contactID = contactID
        self.limit = limit
        self.before = before
        self.isWholeOrganization = isWholeOrganization
    }
}

package struct ContactRecipientList: RPCPayload, Codable, Equatable {
    package var recipients: [ContactRecipient]
    package init(recipients: [ContactRecipient]) { self.recipients = recipients }
}

/// A contact's row in one campaign, as its history shows it.
package struct ContactRecipient: Codable, Equatable, Sendable {
    package var id: RecipientID
    /// When the campaign was started.
    package var createdAt: Timestamp
    package var campaignID: CampaignID
    package var externalKey: String
    package var subject: String
    package var audienceSlug: String
    package var clientSlug: String
    package var email: String
    package var status: RecipientStatus
    package var skipReason: SkipReason?
    package var sentAt: Timestamp?
    package var deliveredAt: Timestamp?
    package var firstOpenedAt: Timestamp?
    package var firstClickedAt: Timestamp?
    package var openCount: Int64
    package var clickCount: Int64
    package var lastError: String

    package init(
        id: RecipientID,
        createdAt: Timestamp,
        campaignID: CampaignID,
        externalKey: String,
        subject: String,
        audienceSlug: String,
        clientSlug: String,
        email: String,
        status: RecipientStatus,
        skipReason: SkipReason?,
        sentAt: Timestamp?,
        deliveredAt: Timestamp?,
        firstOpenedAt: Timestamp?,
        firstClickedAt: Timestamp?,
        openCount: Int64,
        clickCount: Int64,
        lastError: String
    ) {
        self.id = id
        self.createdAt = createdAt
        self.campaignID = campaignID
        self.externalKey = externalKey
        self.subject = subject
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.email = email
        self.status = status
        self.skipReason = skipReason
        self.sentAt = sentAt
        self.deliveredAt = deliveredAt
        self.firstOpenedAt = firstOpenedAt
        self.firstClickedAt = firstClickedAt
        self.openCount = openCount
        self.clickCount = clickCount
        self.lastError = lastError
    }
}

/// Takes a person out of the ledger: address, merge fields, provider's id and the link to the contact go, the numbers stay.
///
/// Idempotent: again is 0. A row that waits is not sent any more, because its contact is nobody.
package struct EraseContactRecipients: RPCMethod, Codable {
    package static let name = "campaign.eraseContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .operator]
    package typealias Result = ErasedRecipients
    package typealias Failure = NoFailure
    package var organizationID: OrganizationID
    package var contactID: ContactID
    package init(organizationID: OrganizationID, contactID: ContactID) {
        self.organizationID = organizationID
        self.contactID = contactID
    }
}

package struct ErasedRecipients: RPCPayload, Codable, Equatable {
    /// By the API's name: `campaign_recipients_anonymized`.
    package var counts: [String: Int]
    package init(counts: [String: Int]) { self.counts = counts }
}
