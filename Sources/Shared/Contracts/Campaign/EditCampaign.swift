import JSON
import JSONRPC
import Model

/// What a PUT names; nil leaves a field as it is (absent means unchanged); on creation nil is the default.
package struct CampaignChange: Codable, Equatable, Sendable {
    package var subject: String?
    package var previewText: String?
    package var htmlBody: String?
    package var textBody: String?
    package var fromEmail: String?
    package var categoryTag: String?
    package var recipientListKey: String?
    package var segmentKey: String?
    package var includeTags: [String]?
    package var excludeTags: [String]?
    package var metadata: JSONValue?
    package var trackOpens: Bool?
    package var trackClicks: Bool?
    package var strictVariables: Bool?
    package var scheduledAt: Timestamp?
    /// Distinguishes `"scheduled_at": null` (clear) from absent.
    package var clearsSchedule: Bool?
    package init() {}
}

/// Creates or changes a campaign while it is a draft (or scheduled).
///
/// Idempotent. Failures: `subject: required`, `body: required`, `subject|html_body|text_body|preview_text: invalid_template` (with
/// details: line, column, reason), `…: unknown_variable`, `from_email: not_configured`, `status: not_editable` (409), `external_key:
/// audience_mismatch` (409), `external_key: invalid`.
package struct PutCampaign: RPCMethod, Codable {
    package static let name = "campaign.put"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignPutResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package var audienceID: AudienceID
    package var audienceSlug: String
    package var clientSlug: String
    package var change: CampaignChange
    package init(address: CampaignAddress, audienceID: AudienceID, audienceSlug: String, clientSlug: String, change: CampaignChange) {
        self.address = address
        self.audienceID = audienceID
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.change = change
    }
}

package struct CampaignPutResult: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    package var created: Bool
    package init(campaign: Campaign, created: Bool) { self.campaign = campaign; self.created = created }
}

/// One campaign with its counters.
///
/// Idempotent. Failure: `external_key: not_found`.
package struct GetCampaign: RPCMethod, Codable {
    package static let name = "campaign.get"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignResult
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

package struct CampaignResult: RPCPayload, Codable, Equatable {
    package var campaign: Campaign
    package init(campaign: Campaign) { self.campaign = campaign }
}

/// The campaigns of a client, newest first.
///
/// Idempotent.
package struct ListCampaigns: RPCMethod, Codable {
    package static let name = "campaign.list"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignList
    package var scope: ClientScope
    /// Smaller ids only; nil starts at the newest.
    package var before: CampaignID?
    /// From 1 to 500.
    package var limit: Int
    /// nil: of every audience.
    package var audienceID: AudienceID?
    /// nil: of every status.
    package var status: CampaignStatus?
    package init(
        scope: ClientScope,
        before: CampaignID? = nil,
        limit: Int = 50,
        audienceID: AudienceID? = nil,
        status: CampaignStatus? = nil
    ) {
        self.scope = scope
        self.before = before
        self.limit = limit
        self.audienceID = audienceID
        self.status = status
    }
}

package struct CampaignList: RPCPayload, Codable, Equatable {
    package var campaigns: [Campaign]
    /// Whether older ones are left.
    package var hasMore: Bool?
    package init(campaigns: [Campaign], hasMore: Bool) { self.campaigns = campaigns; self.hasMore = hasMore }
}

/// The content that a preview, a test send or a worker renders: one immutable revision with its resolved sender.
package struct CampaignContent: RPCPayload, Codable, Equatable {
    package var campaignID: CampaignID
    package var revisionID: RevisionID
    package var externalKey: String
    package var scope: ClientScope
    package var audienceID: AudienceID
    package var audienceSlug: String
    package var clientSlug: String
    package var clientName: String
    package var subject: String
    package var previewText: String
    package var htmlBody: String
    package var textBody: String
    /// The sender as `Name <local@domain>`.
    package var from: String
    package var categoryTag: String
    package var trackOpens: Bool
    package var trackClicks: Bool
    package var strictVariables: Bool
    package var metadata: JSONValue
    package init(
        campaignID: CampaignID,
        revisionID: RevisionID,
        externalKey: String,
        scope: ClientScope,
        audienceID: AudienceID,
        audienceSlug: String,
        clientSlug: String,
        clientName: String,
        subject: String,
        previewText: String,
        htmlBody: String,
        textBody: String,
        from: String,
        categoryTag: String,
        trackOpens: Bool,
        trackClicks: Bool,
        strictVariables: Bool,
        metadata: JSONValue
    ) {
        self.campaignID = campaignID
        self.revisionID = revisionID
        self.externalKey = externalKey
        self.scope = scope
        self.audienceID = audienceID
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.clientName = clientName
        self.subject = subject
        self.previewText = previewText
        self.htmlBody = htmlBody
        self.textBody = textBody
        self.from = from
        self.categoryTag = categoryTag
        self.trackOpens = trackOpens
        self.trackClicks = trackClicks
        self.strictVariables = strictVariables
        self.metadata = metadata
    }
}

/// The current content of a campaign, for preview and test send.
///
/// Idempotent. Failures: `external_key: not_found`, `from_email: not_configured`.
package struct GetCampaignContent: RPCMethod, Codable {
    package static let name = "campaign.getContent"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignContent
    package typealias Failure = ValidationFailure
    package var address: CampaignAddress
    package init(address: CampaignAddress) { self.address = address }
}

/// A revision by id, for the workers; revisions never change, so it may be cached for ever.
///
/// Idempotent.
package struct GetRevision: RPCMethod, Codable {
    package static let name = "campaign.getRevision"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = CampaignContent
    package enum Failure: String, RPCFailure, Codable, CaseIterable {
        case notFound
        package var kind: String { rawValue }
    }
    package var revisionID: RevisionID
    package init(revisionID: RevisionID) { self.revisionID = revisionID }
}
