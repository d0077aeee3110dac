import Contracts
import Model
import Postgres

/// Remembers that a contact is erased, so that a page of candidates that was asked for before does not bring the person back.
struct RememberErasure: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        INSERT INTO campaign.erased_contacts (contact_id, organization_id)
        VALUES (\(contactID), \(organizationID))
        ON CONFLICT DO NOTHING
        """
    }
}

/// Which of these contacts of a campaign's organization are erased.
struct ErasedAmong: Statement {
    static let sample = Self(campaignID: CampaignID(1), contactIDs: [])
    var campaignID: CampaignID
    var contactIDs: [Int64]
    var sql: SQL {
        """
        SELECT erased_contacts.contact_id
        FROM campaign.campaigns
        JOIN campaign.erased_contacts ON erased_contacts.organization_id = campaigns.organization_id
        WHERE campaigns.id = \(campaignID)
            AND erased_contacts.contact_id = ANY(\(contactIDs))
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("contact_id") }
}

/// Takes what names a person out of their rows.
///
/// The contact becomes a number below zero, which is nobody's: a row that waits is then refused by the eligibility rule.
struct AnonymizeRows: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        WITH owned AS MATERIALIZED (
            SELECT stored.id, stored.batch_id
            FROM campaign.campaigns
            JOIN LATERAL (
                SELECT recipients.id, recipients.batch_id
                FROM campaign.recipients
                WHERE recipients.campaign_id = campaigns.id
                    AND recipients.contact_id = \(contactID)
                OFFSET 0
            ) AS stored ON true
            WHERE campaigns.organization_id = \(organizationID)
        ),
        locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.id = ANY(ARRAY(SELECT owned.batch_id FROM owned))
            ORDER BY batches.id
            FOR UPDATE
        )
        UPDATE campaign.recipients
        SET contact_id = -recipients.id,
            email = '',
            merge_fields = '{}',
            provider_message_id = '',
            last_error = ''
        WHERE recipients.id = ANY(ARRAY(SELECT owned.id FROM owned))
            AND (SELECT count(*) FROM locked) > 0
        """
    }
}
