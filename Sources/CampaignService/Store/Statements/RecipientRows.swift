import Contracts
import Model
import Postgres

/// Rows of one batch in id order.
struct RecipientsOfBatch: Statement {
    static let sample = Self(range: .sample, state: nil, status: nil, after: RecipientID(0), limit: 1)
    var range: BatchRange
    var state: LedgerState?
    /// The derived word; nil: any.
    var status: RecipientStatus?
    var after: RecipientID
    var limit: Int
    var sql: SQL {
        """
        SELECT recipients.id, recipients.contact_id, recipients.email, recipients.state, recipients.attempt, recipients.skip_reason,
            recipients.last_error, recipients.provider_message_id, recipients.sent_at, recipients.first_opened_at,
            recipients.first_clicked_at, recipients.unsubscribed_at, recipients.open_count, recipients.click_count,
            recipients.delivered_at, recipients.bounced_at, recipients.complained_at
        FROM campaign.recipients
        WHERE recipients.id BETWEEN greatest(\(range.firstRecipient), \(after) + 1) AND \(range.lastRecipient)
            AND recipients.batch_id = \(range.firstBatch)
            AND recipients.state = coalesce(\(state), recipients.state)
            AND coalesce(\(status), '') IN ('', \(unescaped: RecipientSQL.status))
        ORDER BY recipients.id
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> Recipient {
        let state = try row.decode("state", as: LedgerState.self).contract
        var recipient = Recipient(
            id: try row.decode("id"),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            state: state,
            attempt: Int(try row.decode("attempt", as: Int32.self)),
            skipReason: SkipReason(rawValue: try row.decode("skip_reason")),
            lastError: try row.decode("last_error"),
            providerMessageID: try row.decode("provider_message_id"),
            sentAt: try row.decodeIfPresent("sent_at"),
            firstOpenedAt: try row.decodeIfPresent("first_opened_at"),
            firstClickedAt: try row.decodeIfPresent("first_clicked_at"),
            unsubscribedAt: try row.decodeIfPresent("unsubscribed_at"),
            openCount: Int64(try row.decode("open_count", as: Int32.self)),
            clickCount: Int64(try row.decode("click_count", as: Int32.self)),
            status: .pending,
            deliveredAt: try row.decodeIfPresent("delivered_at"),
            bouncedAt: try row.decodeIfPresent("bounced_at"),
            complainedAt: try row.decodeIfPresent("complained_at")
        )
        recipient.status = RecipientFacts(recipient).status
        return recipient
    }
}

/// The derived word of a row (``RecipientFacts``) as SQL; a test holds the two together.
enum RecipientSQL {
    static let status: StaticString = """
        CASE
            WHEN recipients.complained_at IS NOT NULL THEN 'complained'
            WHEN recipients.bounced_at IS NOT NULL THEN 'bounced'
            WHEN recipients.unsubscribed_at IS NOT NULL THEN 'unsubscribed'
            WHEN recipients.state = 2 THEN 'sent'
            WHEN recipients.state = 3 THEN 'failed'
            WHEN recipients.state = 4 THEN 'unknown'
            WHEN recipients.state = 5 THEN 'skipped'
            ELSE 'pending'
        END
        """
}

/// Whom a row is about.
struct ContextOfRecipient: Statement {
    static let sample = Self(id: RecipientID(1))
    var id: RecipientID
    var sql: SQL {
        """
        SELECT recipients.campaign_id, campaigns.organization_id, campaigns.client_id, campaigns.audience_id, recipients.contact_id,
            recipients.email, revisions.client_name
        FROM campaign.recipients
        JOIN campaign.campaigns ON campaigns.id = recipients.campaign_id
        JOIN campaign.revisions ON revisions.id = campaigns.revision_id
        WHERE recipients.id = \(id)
        """
    }
    func decode(_ row: Row) throws -> RecipientContextResult {
        RecipientContextResult(
            campaignID: try row.decode("campaign_id"),
            scope: AudienceScope(
                organizationID: try row.decode("organization_id"),
                clientID: try row.decode("client_id"),
                audienceID: try row.decode("audience_id")
            ),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            clientName: try row.decode("client_name")
        )
    }
}
