import JSON
import JSONRPC
import Model

/// A campaign's life (DESIGN section 5).
package enum CampaignStatus: String, Codable, Sendable, CaseIterable {
    case draft, scheduled, queued, snapshotting, sending, paused, sent, cancelled, failed
}

/// State of one row of the recipient ledger (DESIGN section 5).
package enum RecipientState: String, Codable, Sendable, CaseIterable {
    case pending, attempting, sent, failed, unknown, skipped
}

/// A campaign as its client and the operator address it.
package struct CampaignAddress: Codable, Hashable, Sendable {
    package var scope: ClientScope
    package var externalKey: String
    package init(scope: ClientScope, externalKey: String) { self.scope = scope; self.externalKey = externalKey }
}

/// A campaign as the API shows it (keys of the recorded samples are the gateway's business).
package struct Campaign: Codable, Equatable, Sendable {
    package var id: CampaignID
    package var externalKey: String
    package var clientID: ClientID
    package var audienceID: AudienceID
    package var audienceSlug: String
    package var clientSlug: String
    package var subject: String
    package var previewText: String
    package var htmlBody: String
    package var textBody: String
    /// A sender id of the client; empty is the client's default sender.
    package var fromEmail: String
    package var categoryTag: String
    package var recipientListKey: String
    package var segmentKey: String
    package var includeTags: [String]
    package var excludeTags: [String]
    package var metadata: JSONValue
    package var trackOpens: Bool
    package var trackClicks: Bool
    package var strictVariables: Bool
    package var status: CampaignStatus
    /// Why it failed, or was paused by the service; empty otherwise.
    package var statusReason: String
    package var scheduledAt: Timestamp?
    package var sentAt: Timestamp?
    package var statistics: CampaignStatistics
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: CampaignID,
        externalKey: String,
        clientID: ClientID,
        audienceID: AudienceID,
        audienceSlug: String,
        clientSlug: String,
        subject: String,
        previewText: String,
        htmlBody: String,
        textBody: String,
        fromEmail: String,
        categoryTag: String,
        recipientListKey: String,
        segmentKey: String,
        includeTags: [String],
        excludeTags: [String],
        metadata: JSONValue,
        trackOpens: Bool,
        trackClicks: Bool,
        strictVariables: Bool,
        status: CampaignStatus,
        statusReason: String,
        scheduledAt: Timestamp?,
        sentAt: Timestamp?,
        statistics: CampaignStatistics,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.externalKey = externalKey
        self.clientID = clientID
        self.audienceID = audienceID
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.subject = subject
        self.previewText = previewText
        self.htmlBody = htmlBody
        self.textBody = textBody
        self.fromEmail = fromEmail
        self.categoryTag = categoryTag
        self.recipientListKey = recipientListKey
        self.segmentKey = segmentKey
        self.includeTags = includeTags
        self.excludeTags = excludeTags
        self.metadata = metadata
        self.trackOpens = trackOpens
        self.trackClicks = trackClicks
        self.strictVariables = strictVariables
        self.status = status
        self.statusReason = statusReason
        self.scheduledAt = scheduledAt
        self.sentAt = sentAt
        self.statistics = statistics
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Counters of a campaign; each equals a recount of the ledger and the event tables at any time (I4).
package struct CampaignStatistics: Codable, Equatable, Sendable {
    /// Rows that were or will be mailed (not skipped).
    package var recipientCount: Int64 = 0
    package var pendingCount: Int64 = 0
    package var attemptingCount: Int64 = 0
    package var sentCount: Int64 = 0
    package var failedCount: Int64 = 0
    package var unknownCount: Int64 = 0
    package var skippedCount: Int64 = 0
    package var deliveredCount: Int64 = 0
    package var uniqueOpenCount: Int64 = 0
    package var openCount: Int64 = 0
    package var uniqueClickCount: Int64 = 0
    package var clickCount: Int64 = 0
    package var humanOpenCount: Int64 = 0
    package var humanClickCount: Int64 = 0
    package var uniqueHumanOpenCount: Int64 = 0
    package var uniqueHumanClickCount: Int64 = 0
    package var unsubscribeCount: Int64 = 0
    package var bounceCount: Int64 = 0
    package var complaintCount: Int64 = 0
    package init() {}
}
