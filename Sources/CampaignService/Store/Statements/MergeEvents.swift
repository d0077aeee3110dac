import Model
import Postgres

/// Merges events into ledger rows and batch counters, each event once by its id, in any order, in one statement.
///
/// First times are minima and counters are sums, so order and repetition do not matter. Whether a recipient counts for a unique counter
/// shows in the new row version: its counter equals what was just added. An event of the provider proves that it took the message, so a
/// row whose attempt has no known outcome becomes `sent`.
struct MergeEvents: Statement {
    struct Output: Sendable {
        var contactID: Int64
        var organizationID: Int64
        var clientID: Int64
        var audienceID: Int64
        var campaignID: Int64
        var email: String
        /// Not applied before.
        var isFresh: Bool
    }

    /// The provider has it, and no outcome says so: a late or lost one, or an operator's resend that has not been taken up.
    private static let isProven: StaticString =
        "recipients.state IN (0, 1, 4) AND recipients.attempt > 0 AND merged.accepted_at IS NOT NULL"

    static let sample = Self(events: [])
    /// At most 1,000.
    var events: [LedgerEvent]

    var sql: SQL {
        """
        WITH events AS MATERIALIZED (
            SELECT event.event_id, event.recipient_id, event.kind, event.occurred_at, event.is_human, event.provider_message_id, event.position
            FROM unnest(
                \(events.map(\.eventID)),
                \(events.map(\.recipientID)),
                \(events.map(\.kind.rawValue)),
                \(events.map(\.occurredAt)),
                \(events.map(\.isHuman)),
                \(events.map(\.providerMessageID))
            ) WITH ORDINALITY AS event (event_id, recipient_id, kind, occurred_at, is_human, provider_message_id, position)
        ),
        owned AS MATERIALIZED (
            SELECT events.event_id, events.kind, events.occurred_at, events.is_human, events.provider_message_id, events.position, recipients.id,
                recipients.batch_id, recipients.campaign_id, recipients.contact_id, recipients.email
            FROM events
            JOIN campaign.recipients ON recipients.id = events.recipient_id
        ),
        locked AS MATERIALIZED (
            SELECT batches.id
            FROM campaign.batches
            WHERE batches.id = ANY(ARRAY(SELECT DISTINCT owned.batch_id FROM owned))
            ORDER BY batches.id
            FOR UPDATE
        ),
        fresh AS (
            INSERT INTO campaign.applied_events (event_id)
            SELECT DISTINCT owned.event_id
            FROM owned
            WHERE (SELECT count(*) FROM locked) > 0
            ORDER BY owned.event_id
            ON CONFLICT (event_id) DO NOTHING
            RETURNING event_id
        ),
        applied AS MATERIALIZED (
            SELECT DISTINCT ON (owned.event_id) owned.id, owned.batch_id, owned.kind, owned.occurred_at, owned.is_human, owned.provider_message_id,
                owned.position
            FROM owned
            JOIN fresh ON fresh.event_id = owned.event_id
            ORDER BY owned.event_id, owned.position
        ),
        merged AS MATERIALIZED (
            SELECT applied.id,
                count(*) FILTER (WHERE applied.kind = 0) AS opens,
                count(*) FILTER (WHERE applied.kind = 0 AND applied.is_human) AS human_opens,
                count(*) FILTER (WHERE applied.kind = 1) AS clicks,
                count(*) FILTER (WHERE applied.kind = 1 AND applied.is_human) - count(*) FILTER (WHERE applied.kind = 7) AS human_clicks,
                count(*) FILTER (WHERE applied.kind = 2) AS unsubscribes,
                count(*) FILTER (WHERE applied.kind = 4) AS deliveries,
                count(*) FILTER (WHERE applied.kind = 5) AS bounces,
                count(*) FILTER (WHERE applied.kind = 6) AS complaints,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 0) AS opened_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 1) AS clicked_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 2) AS unsubscribed_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 4) AS delivered_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 5) AS bounced_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind = 6) AS complained_at,
                min(applied.occurred_at) FILTER (WHERE applied.kind BETWEEN 3 AND 6) AS accepted_at,
                coalesce(max(applied.provider_message_id), '') AS provider_message_id
            FROM applied
            GROUP BY applied.id
        ),
        moved AS (
            UPDATE campaign.recipients
            SET previous_state = recipients.state,
                state = CASE WHEN \(unescaped: Self.isProven) THEN 2 ELSE recipients.state END,
                attempt_deadline = CASE WHEN \(unescaped: Self.isProven) THEN NULL ELSE recipients.attempt_deadline END,
                not_before = CASE WHEN \(unescaped: Self.isProven) THEN NULL ELSE recipients.not_before END,
                sent_at = CASE WHEN \(unescaped: Self.isProven) THEN coalesce(recipients.sent_at, merged.accepted_at) ELSE recipients.sent_at END,
                last_error = CASE WHEN \(unescaped: Self.isProven) THEN '' ELSE recipients.last_error END,
                provider_message_id = CASE
                    WHEN recipients.contact_id > 0 AND recipients.provider_message_id = '' THEN merged.provider_message_id
                    ELSE recipients.provider_message_id
                END,
                first_opened_at = least(recipients.first_opened_at, merged.opened_at),
                first_clicked_at = least(recipients.first_clicked_at, merged.clicked_at),
                unsubscribed_at = least(recipients.unsubscribed_at, merged.unsubscribed_at),
                delivered_at = least(recipients.delivered_at, merged.delivered_at),
                bounced_at = least(recipients.bounced_at, merged.bounced_at),
                complained_at = least(recipients.complained_at, merged.complained_at),
                open_count = recipients.open_count + merged.opens,
                human_open_count = recipients.human_open_count + merged.human_opens,
                click_count = recipients.click_count + merged.clicks,
                human_click_count = recipients.human_click_count + merged.human_clicks,
                unsubscribe_count = recipients.unsubscribe_count + merged.unsubscribes,
                delivered_count = recipients.delivered_count + merged.deliveries,
                bounce_count = recipients.bounce_count + merged.bounces,
                complaint_count = recipients.complaint_count + merged.complaints
            FROM merged
            WHERE recipients.id = merged.id
            RETURNING recipients.batch_id, recipients.state, recipients.previous_state,
                merged.opens, merged.human_opens, merged.clicks, merged.human_clicks,
                merged.opens > 0 AND recipients.open_count = merged.opens AS is_first_open,
                merged.human_opens > 0 AND recipients.human_open_count = merged.human_opens AS is_first_human_open,
                merged.clicks > 0 AND recipients.click_count = merged.clicks AS is_first_click,
                (recipients.human_click_count > 0)::integer - (recipients.human_click_count - merged.human_clicks > 0)::integer
                    AS human_clicker,
                merged.unsubscribes > 0 AND recipients.unsubscribe_count = merged.unsubscribes AS is_first_unsubscribe,
                merged.deliveries > 0 AND recipients.delivered_count = merged.deliveries AS is_first_delivery,
                merged.bounces > 0 AND recipients.bounce_count = merged.bounces AS is_first_bounce,
                merged.complaints > 0 AND recipients.complaint_count = merged.complaints AS is_first_complaint
        ),
        deltas AS (
            SELECT moved.batch_id,
                count(*) FILTER (WHERE moved.state = 0) - count(*) FILTER (WHERE moved.previous_state = 0) AS pending,
                count(*) FILTER (WHERE moved.state = 1) - count(*) FILTER (WHERE moved.previous_state = 1) AS attempting,
                count(*) FILTER (WHERE moved.state = 2) - count(*) FILTER (WHERE moved.previous_state = 2) AS sent,
                count(*) FILTER (WHERE moved.state = 4) - count(*) FILTER (WHERE moved.previous_state = 4) AS unknown,
                sum(moved.opens) AS opens,
                sum(moved.human_opens) AS human_opens,
                sum(moved.clicks) AS clicks,
                sum(moved.human_clicks) AS human_clicks,
                count(*) FILTER (WHERE moved.is_first_open) AS unique_opens,
                count(*) FILTER (WHERE moved.is_first_human_open) AS unique_human_opens,
                count(*) FILTER (WHERE moved.is_first_click) AS unique_clicks,
                sum(moved.human_clicker) AS unique_human_clicks,
                count(*) FILTER (WHERE moved.is_first_unsubscribe) AS unsubscribes,
                count(*) FILTER (WHERE moved.is_first_delivery) AS deliveries,
                count(*) FILTER (WHERE moved.is_first_bounce) AS bounces,
                count(*) FILTER (WHERE moved.is_first_complaint) AS complaints
            FROM moved
            GROUP BY moved.batch_id
        ),
        counted AS (
            UPDATE campaign.batches
            SET pending_count = batches.pending_count + deltas.pending,
                attempting_count = batches.attempting_count + deltas.attempting,
                sent_count = batches.sent_count + deltas.sent,
                unknown_count = batches.unknown_count + deltas.unknown,
                open_count = batches.open_count + deltas.opens,
                human_open_count = batches.human_open_count + deltas.human_opens,
                click_count = batches.click_count + deltas.clicks,
                human_click_count = batches.human_click_count + deltas.human_clicks,
                unique_open_count = batches.unique_open_count + deltas.unique_opens,
                unique_human_open_count = batches.unique_human_open_count + deltas.unique_human_opens,
                unique_click_count = batches.unique_click_count + deltas.unique_clicks,
                unique_human_click_count = batches.unique_human_click_count + deltas.unique_human_clicks,
                unsubscribe_count = batches.unsubscribe_count + deltas.unsubscribes,
                delivered_count = batches.delivered_count + deltas.deliveries,
                bounce_count = batches.bounce_count + deltas.bounces,
                complaint_count = batches.complaint_count + deltas.complaints
            FROM deltas
            WHERE batches.id = deltas.batch_id
            RETURNING batches.id
        )
        SELECT greatest(coalesce(owned.contact_id, 0), 0) AS contact_id,
            coalesce(campaigns.organization_id, 0) AS organization_id,
            coalesce(campaigns.client_id, 0) AS client_id,
            coalesce(campaigns.audience_id, 0) AS audience_id,
            coalesce(owned.campaign_id, 0) AS campaign_id,
            coalesce(owned.email, '') AS email,
            applied.position IS NOT NULL AS is_fresh
        FROM events
        LEFT JOIN owned ON owned.position = events.position
        LEFT JOIN campaign.campaigns ON campaigns.id = owned.campaign_id
        LEFT JOIN applied ON applied.position = events.position
        ORDER BY events.position
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            contactID: try row.decode("contact_id"),
            organizationID: try row.decode("organization_id"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decode("audience_id"),
            campaignID: try row.decode("campaign_id"),
            email: try row.decode("email"),
            isFresh: try row.decode("is_fresh")
        )
    }
}
