import Contracts
import Model
import Postgres

/// First half of a claim: how the campaign stands, and which of the rows may be taken, with the contacts to ask Audience about.
struct ClaimCandidates: Statement {
    struct Output: Sendable {
        var status: CampaignStatus
        var revisionID: RevisionID
        var scope: AudienceScope
        var categoryTag: String
        /// Before Audience is asked, by the database's clock.
        var askedAt: Timestamp
        var recipientIDs: [Int64]
        var contactIDs: [Int64]
    }

    static let sample = Self(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: [1])
    var campaignID: CampaignID
    var batchID: BatchID
    var recipientIDs: [Int64]

    var sql: SQL {
        """
        SELECT campaigns.status, campaigns.revision_id, campaigns.organization_id, campaigns.client_id, campaigns.audience_id,
            revisions.category_tag, clock_timestamp() AS asked_at, due.recipient_ids, due.contact_ids
        FROM campaign.campaigns
        JOIN campaign.revisions ON revisions.id = campaigns.revision_id
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(recipients.id ORDER BY recipients.id), '{}') AS recipient_ids,
                coalesce(array_agg(recipients.contact_id ORDER BY recipients.id), '{}') AS contact_ids
            FROM campaign.recipients
            WHERE recipients.id = ANY(\(recipientIDs))
                AND recipients.batch_id = \(batchID)
                AND recipients.campaign_id = campaigns.id
                AND recipients.state = 0
                AND (recipients.not_before IS NULL OR recipients.not_before <= clock_timestamp())
        ) AS due
        WHERE campaigns.id = \(campaignID)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            status: try row.decode("status"),
            revisionID: try row.decode("revision_id"),
            scope: AudienceScope(
                organizationID: try row.decode("organization_id"),
                clientID: try row.decode("client_id"),
                audienceID: try row.decode("audience_id")
            ),
            categoryTag: try row.decode("category_tag"),
            askedAt: try row.decode("asked_at"),
            recipientIDs: try row.decode("recipient_ids"),
            contactIDs: try row.decode("contact_ids")
        )
    }
}
