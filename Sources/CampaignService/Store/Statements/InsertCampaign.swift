import Contracts
import JSON
import Model
import Postgres

/// A new draft; nothing when the key is taken.
struct InsertCampaign: Statement {
    static let sample = Self(organizationID: OrganizationID(1), campaign: .sample)
    var organizationID: OrganizationID
    var campaign: Campaign
    var sql: SQL {
        """
        INSERT INTO campaign.campaigns (
            organization_id, client_id, audience_id, audience_slug, client_slug, external_key, subject, preview_text, html_body, text_body,
            from_email, category_tag, recipient_list_key, segment_key, include_tags, exclude_tags, metadata, track_opens, track_clicks,
            strict_variables, status, scheduled_at, created_at, updated_at
        )
        VALUES (
            \(organizationID), \(campaign.clientID), \(campaign.audienceID), \(campaign.audienceSlug), \(campaign.clientSlug),
            \(campaign.externalKey), \(campaign.subject), \(campaign.previewText), \(campaign.htmlBody), \(campaign.textBody),
            \(campaign.fromEmail), \(campaign.categoryTag), \(campaign.recipientListKey), \(campaign.segmentKey), \(campaign.includeTags),
            \(campaign.excludeTags), \(campaign.metadata.text), \(campaign.trackOpens), \(campaign.trackClicks),
            \(campaign.strictVariables), \(campaign.status), \(campaign.scheduledAt), \(campaign.createdAt), \(campaign.updatedAt)
        )
        ON CONFLICT (client_id, external_key) DO NOTHING
        RETURNING campaigns.id
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

/// Content, selection and schedule of a campaign that may still be edited; the caller holds its lock.
struct UpdateCampaign: Statement {
    static let sample = Self(campaign: .sample)
    var campaign: Campaign
    var sql: SQL {
        """
        UPDATE campaign.campaigns
        SET subject = \(campaign.subject),
            preview_text = \(campaign.previewText),
            html_body = \(campaign.htmlBody),
            text_body = \(campaign.textBody),
            from_email = \(campaign.fromEmail),
            category_tag = \(campaign.categoryTag),
            recipient_list_key = \(campaign.recipientListKey),
            segment_key = \(campaign.segmentKey),
            include_tags = \(campaign.includeTags),
            exclude_tags = \(campaign.excludeTags),
            metadata = \(campaign.metadata.text),
            track_opens = \(campaign.trackOpens),
            track_clicks = \(campaign.trackClicks),
            strict_variables = \(campaign.strictVariables),
            status = \(campaign.status),
            scheduled_at = \(campaign.scheduledAt),
            audience_slug = \(campaign.audienceSlug),
            client_slug = \(campaign.clientSlug),
            updated_at = \(campaign.updatedAt)
        WHERE campaigns.id = \(campaign.id)
        """
    }
}

extension Campaign {
    /// A draft with nothing in it.
    static let sample = Campaign.draft(key: "", clientID: ClientID(1), audienceID: AudienceID(1), at: Timestamp(microseconds: 0))

    static func draft(key: String, clientID: ClientID, audienceID: AudienceID, at now: Timestamp) -> Campaign {
        Campaign(
            id: CampaignID(0),
            externalKey: key,
            clientID: clientID,
            audienceID: audienceID,
            audienceSlug: "",
            clientSlug: "",
            subject: "",
            previewText: "",
            htmlBody: "",
            textBody: "",
            fromEmail: "",
            categoryTag: "",
            recipientListKey: "",
            segmentKey: "",
            includeTags: [],
            excludeTags: [],
            metadata: .object(JSONObject()),
            trackOpens: true,
            trackClicks: true,
            strictVariables: false,
            status: .draft,
            statusReason: "",
            scheduledAt: nil,
            sentAt: nil,
            statistics: CampaignStatistics(),
            createdAt: now,
            updatedAt: now
        )
    }
}
