import Contracts
import Model
import Postgres

/// A contact's rows, newest first: one look-up by key for each campaign of the scope, no search of the ledger.
struct RowsOfContact: Statement {
    static let sample = Self(
        ContactRecipients(
            scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
            contactID: ContactID(1)
        ),
        limit: 1
    )
    var request: ContactRecipients
    var limit: Int

    init(_ request: ContactRecipients, limit: Int) {
        self.request = request
        self.limit = limit
    }

    var sql: SQL {
        """
        SELECT stored.id, revisions.created_at, campaigns.id AS campaign_id, campaigns.external_key, revisions.subject, campaigns.audience_slug,
            campaigns.client_slug, stored.email, stored.status, stored.skip_reason, stored.sent_at, stored.delivered_at,
            stored.first_opened_at, stored.first_clicked_at, stored.open_count, stored.click_count, stored.last_error
        FROM campaign.campaigns
        JOIN campaign.revisions ON revisions.id = campaigns.revision_id
        JOIN LATERAL (
            SELECT recipients.id, recipients.email, \(unescaped: RecipientSQL.status) AS status, recipients.skip_reason,
                recipients.sent_at, recipients.delivered_at, recipients.first_opened_at, recipients.first_clicked_at,
                recipients.open_count, recipients.click_count, recipients.last_error
            FROM campaign.recipients
            WHERE recipients.campaign_id = campaigns.id
                AND recipients.contact_id = \(request.contactID)
                AND recipients.id < coalesce(\(request.before), 9223372036854775807)
            OFFSET 0
        ) AS stored ON true
        WHERE campaigns.organization_id = \(request.scope.organizationID)
            AND (
                \(request.isWholeOrganization ?? false)
                OR (campaigns.client_id = \(request.scope.clientID) AND campaigns.audience_id = \(request.scope.audienceID))
            )
        ORDER BY stored.id DESC
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> ContactRecipient {
        ContactRecipient(
            id: try row.decode("id"),
            createdAt: try row.decode("created_at"),
            campaignID: try row.decode("campaign_id"),
            externalKey: try row.decode("external_key"),
            subject: try row.decode("subject"),
            audienceSlug: try row.decode("audience_slug"),
            clientSlug: try row.decode("client_slug"),
            email: try row.decode("email"),
            status: try row.decode("status"),
            skipReason: SkipReason(rawValue: try row.decode("skip_reason")),
            sentAt: try row.decodeIfPresent("sent_at"),
            deliveredAt: try row.decodeIfPresent("delivered_at"),
            firstOpenedAt: try row.decodeIfPresent("first_opened_at"),
            firstClickedAt: try row.decodeIfPresent("first_clicked_at"),
            openCount: Int64(try row.decode("open_count", as: Int32.self)),
            clickCount: Int64(try row.decode("click_count", as: Int32.self)),
            lastError: try row.decode("last_error")
        )
    }
}

extension RecipientStatus: PostgresDecodable {}

/// What one recipient was sent.
struct MailOfRecipient: Statement {
    struct Output: Sendable {
        var revisionID: RevisionID
        var contactID: ContactID
        var email: String
        var mergeFields: String
    }

    static let sample = Self(id: RecipientID(1))
    var id: RecipientID
    var sql: SQL {
        """
        SELECT campaigns.revision_id, recipients.contact_id, recipients.email, recipients.merge_fields
        FROM campaign.recipients
        JOIN campaign.campaigns ON campaigns.id = recipients.campaign_id
        WHERE recipients.id = \(id)
            AND recipients.contact_id > 0
            AND recipients.attempt > 0
            AND campaigns.revision_id IS NOT NULL
        """
    }
    func decode(_ row: Row) throws -> Output {
        Output(
            revisionID: try row.decode("revision_id"),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            mergeFields: try row.decode("merge_fields")
        )
    }
}
