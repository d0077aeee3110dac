import Contracts
import JSON
import Model
import Postgres

/// The content of a campaign as it is sent, with its resolved sender.
struct InsertRevision: Statement {
    static let sample = Self(campaign: .sample, clientName: "", from: "", needs: ContentNeeds(), segmentRules: nil, at: Timestamp(microseconds: 0))
    var campaign: Campaign
    var clientName: String
    var from: String
    var needs: ContentNeeds
    /// JSON text of the rules of the campaign's segment.
    var segmentRules: String?
    var at: Timestamp
    var sql: SQL {
        """
        INSERT INTO campaign.revisions (
            campaign_id, client_name, subject, preview_text, html_body, text_body, from_address, category_tag, track_opens, track_clicks,
            strict_variables, metadata, attribute_names, uses_member, recipient_list_key, segment_rules, created_at
        )
        VALUES (
            \(campaign.id), \(clientName), \(campaign.subject), \(campaign.previewText), \(campaign.htmlBody), \(campaign.textBody),
            \(from), \(campaign.categoryTag), \(campaign.trackOpens), \(campaign.trackClicks), \(campaign.strictVariables),
            \(campaign.metadata.text), \(needs.attributeNames), \(needs.usesMember), \(campaign.recipientListKey), \(segmentRules), \(at)
        )
        RETURNING revisions.id
        """
    }
    func decode(_ row: Row) throws -> RevisionID { try row.decode("id") }
}

/// A revision with its campaign's names.
struct RevisionByID: Statement {
    static let sample = Self(id: RevisionID(1))
    var id: RevisionID
    var sql: SQL {
        """
        SELECT revisions.id, revisions.campaign_id, campaigns.external_key, campaigns.organization_id, campaigns.client_id,
            campaigns.audience_id, campaigns.audience_slug, campaigns.client_slug, revisions.client_name, revisions.subject,
            revisions.preview_text, revisions.html_body, revisions.text_body, revisions.from_address, revisions.category_tag,
            revisions.track_opens, revisions.track_clicks, revisions.strict_variables, revisions.metadata
        FROM campaign.revisions
        JOIN campaign.campaigns ON campaigns.id = revisions.campaign_id
        WHERE revisions.id = \(id)
        """
    }
    func decode(_ row: Row) throws -> CampaignContent {
        CampaignContent(
            campaignID: try row.decode("campaign_id"),
            revisionID: try row.decode("id"),
            externalKey: try row.decode("external_key"),
            scope: ClientScope(organizationID: try row.decode("organization_id"), clientID: try row.decode("client_id")),
            audienceID: try row.decode("audience_id"),
            audienceSlug: try row.decode("audience_slug"),
            clientSlug: try row.decode("client_slug"),
            clientName: try row.decode("client_name"),
            subject: try row.decode("subject"),
            previewText: try row.decode("preview_text"),
            htmlBody: try row.decode("html_body"),
            textBody: try row.decode("text_body"),
            from: try row.decode("from_address"),
            categoryTag: try row.decode("category_tag"),
            trackOpens: try row.decode("track_opens"),
            trackClicks: try row.decode("track_clicks"),
            strictVariables: try row.decode("strict_variables"),
            metadata: try JSONValue.parse(row.decode("metadata", as: String.self))
        )
    }
}
