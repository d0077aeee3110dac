import Contracts
import Model
import Postgres

/// The machine's own limit for a snapshot: one INSERT … SELECT over the same tables into a ledger of the same shape, as one database could do.
struct BareInsert {
    var database: PostgresPool
    var tenant: Tenant

    func seconds() async throws -> Double {
        try await database.withConnection { connection in
            try await connection.script(
                "DROP TABLE IF EXISTS public.bare_ledger; CREATE TABLE public.bare_ledger (LIKE campaign.recipients INCLUDING ALL)"
            )
            let start = ContinuousClock.now
            try await connection.execute(InsertLedger(audienceID: tenant.audienceID, clientID: tenant.scope.clientID))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            try await connection.script("DROP TABLE public.bare_ledger")
            return seconds
        }
    }
}

private struct InsertLedger: Statement {
    static let sample = Self(audienceID: AudienceID(1), clientID: ClientID(1))
    var audienceID: AudienceID
    var clientID: ClientID
    var sql: SQL {
        """
        INSERT INTO public.bare_ledger (id, campaign_id, batch_id, contact_id, state, previous_state, email, skip_reason, merge_fields)
        SELECT nextval('campaign.recipient_ids'), 1, 1, contacts.id, 0, 0, contacts.email, '',
            jsonb_build_object('first_name', contacts.attributes -> 'first_name', 'city', contacts.attributes -> 'city',
                'plan', contacts.attributes -> 'plan')::text
        FROM audience.memberships
        JOIN audience.contacts ON contacts.id = memberships.contact_id
        JOIN audience.subscriptions
            ON subscriptions.audience_id = memberships.audience_id AND subscriptions.contact_id = memberships.contact_id
        WHERE memberships.audience_id = \(audienceID)
            AND subscriptions.client_id = \(clientID)
            AND subscriptions.status = 'subscribed'
            AND contacts.global_unsubscribed_at IS NULL AND contacts.hard_bounced_at IS NULL AND contacts.complained_at IS NULL
            AND memberships.tag_ids @> ARRAY(
                SELECT id FROM audience.tags WHERE audience_id = \(audienceID) AND slug = ANY(\(ContactFile.includeTags)))
            AND NOT memberships.tag_ids && ARRAY(
                SELECT id FROM audience.tags WHERE audience_id = \(audienceID) AND slug = \(ContactFile.excludeTag))
        ORDER BY contacts.id
        """
    }
}
