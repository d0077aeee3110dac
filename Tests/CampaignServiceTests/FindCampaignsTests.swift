import Contracts
import JSONRPC
import Model
import Testing

@testable import CampaignService

@Suite("Campaigns by their key alone", .campaignDatabase, .timeLimit(.minutes(1)))
struct FindCampaignsTests {
    @Test("everybody who has such a campaign is named, in one organization or in all")
    func find() async throws {
        let world = try CampaignWorld()
        let scopes = [(1, 2), (1, 5), (7, 9)].map { ClientScope(organizationID: OrganizationID($0.0), clientID: ClientID($0.1)) }
        var change = CampaignChange()
        change.subject = "Hello"
        change.htmlBody = "<p>Hello</p>"
        for scope in scopes {
            _ = try await world.api.call(
                PutCampaign(
                    address: world.address("july", scope: scope),
                    audienceID: AudienceID(3),
                    audienceSlug: "main",
                    clientSlug: "app",
                    change: change
                )
            )
        }
        try await world.put("august")
        #expect(try await world.api.call(FindCampaigns(externalKey: "july")).scopes == scopes)
        #expect(try await world.api.call(FindCampaigns(externalKey: "july", organizationID: OrganizationID(1))).scopes == Array(scopes[..<2]))
        #expect(try await world.api.call(FindCampaigns(externalKey: "august")).scopes == [CampaignWorld.scope])
        #expect(try await world.api.call(FindCampaigns(externalKey: "none")).scopes.isEmpty)
    }

    @Test("twenty are told at most")
    func bounded() async throws {
        let world = try CampaignWorld()
        try await world.put("july")
        try await world.sql(
            """
            INSERT INTO campaign.campaigns (organization_id, client_id, audience_id, audience_slug, client_slug, external_key, subject,
                preview_text, html_body, text_body, from_email, category_tag, recipient_list_key, segment_key, include_tags, exclude_tags,
                metadata, track_opens, track_clicks, strict_variables, status, created_at, updated_at)
            SELECT organization_id, 100 + i, audience_id, audience_slug, client_slug, external_key, subject, preview_text, html_body,
                text_body, from_email, category_tag, recipient_list_key, segment_key, include_tags, exclude_tags, metadata, track_opens,
                track_clicks, strict_variables, status, created_at, updated_at
            FROM campaign.campaigns, generate_series(1, 30) AS i
            """
        )
        #expect(try await world.api.call(FindCampaigns(externalKey: "july")).scopes.count == FindCampaigns.limit)
    }
}
