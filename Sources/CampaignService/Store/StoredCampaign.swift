import Contracts
import JSON
import Model
import Postgres

/// A campaign's row with its totals.
struct StoredCampaign: Sendable {
    var organizationID: OrganizationID
    var campaign: Campaign
    var revisionID: RevisionID?
    var snapshotCursor: ContactID
    var isSnapshotStarted: Bool
    var isSnapshotComplete: Bool
    var batchCount: Int64

    var scope: ClientScope { ClientScope(organizationID: organizationID, clientID: campaign.clientID) }
    var audienceScope: AudienceScope {
        AudienceScope(organizationID: organizationID, clientID: campaign.clientID, audienceID: campaign.audienceID)
    }

    init(_ row: Row) throws {
        organizationID = try row.decode("organization_id")
        revisionID = try row.decodeIfPresent("revision_id")
        snapshotCursor = try row.decode("snapshot_cursor")
        isSnapshotStarted = try row.decode("snapshot_started")
        isSnapshotComplete = try row.decode("snapshot_complete")
        batchCount = try row.decode("batch_count")
        campaign = Campaign(
            id: try row.decode("id"),
            externalKey: try row.decode("external_key"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decode("audience_id"),
            audienceSlug: try row.decode("audience_slug"),
            clientSlug: try row.decode("client_slug"),
            subject: try row.decode("subject"),
            previewText: try row.decode("preview_text"),
            htmlBody: try row.decode("html_body"),
            textBody: try row.decode("text_body"),
            fromEmail: try row.decode("from_email"),
            categoryTag: try row.decode("category_tag"),
            recipientListKey: try row.decode("recipient_list_key"),
            segmentKey: try row.decode("segment_key"),
            includeTags: try row.decode("include_tags"),
            excludeTags: try row.decode("exclude_tags"),
            metadata: try JSONValue.parse(row.decode("metadata", as: String.self)),
            trackOpens: try row.decode("track_opens"),
            trackClicks: try row.decode("track_clicks"),
            strictVariables: try row.decode("strict_variables"),
            status: try row.decode("status"),
            statusReason: try row.decode("status_reason"),
            scheduledAt: try row.decodeIfPresent("scheduled_at"),
            sentAt: try row.decodeIfPresent("sent_at"),
            statistics: try CampaignStatistics(row),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
    }
}

extension CampaignStatistics {
    init(_ row: Row) throws {
        self.init()
        pendingCount = try row.decode("pending_count")
        attemptingCount = try row.decode("attempting_count")
        sentCount = try row.decode("sent_count")
        failedCount = try row.decode("failed_count")
        unknownCount = try row.decode("unknown_count")
        skippedCount = try row.decode("skipped_count")
        recipientCount = pendingCount + attemptingCount + sentCount + failedCount + unknownCount
        deliveredCount = try row.decode("delivered_count")
        uniqueOpenCount = try row.decode("unique_open_count")
        openCount = try row.decode("open_count")
        uniqueClickCount = try row.decode("unique_click_count")
        clickCount = try row.decode("click_count")
        humanOpenCount = try row.decode("human_open_count")
        humanClickCount = try row.decode("human_click_count")
        uniqueHumanOpenCount = try row.decode("unique_human_open_count")
        uniqueHumanClickCount = try row.decode("unique_human_click_count")
        unsubscribeCount = try row.decode("unsubscribe_count")
        bounceCount = try row.decode("bounce_count")
        complaintCount = try row.decode("complaint_count")
    }
}

// Statuses are text in the table.
extension CampaignStatus: PostgresEncodable, PostgresDecodable {}
