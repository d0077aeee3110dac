import Contracts
import Postgres

/// Adds a batch's opens and clicks to their contacts, in one statement.
///
/// Contacts of another organization, and those who were erased, are left out. `OFFSET 0` fixes look-ups by key.
struct MergeEngagement: Statement {
    static let sample = Self(call: RecordEngagement())
    var call: RecordEngagement
    var sql: SQL {
        """
        INSERT INTO audience.engagement (
            contact_id, audience_id, open_count, human_open_count, click_count, human_click_count, last_opened_at, last_human_opened_at,
            last_clicked_at, last_human_clicked_at
        )
        SELECT x.contact_id, x.audience_id, x.opens, x.human_opens, x.clicks, x.human_clicks,
            audience.moment(x.opened_at), audience.moment(x.human_opened_at), audience.moment(x.clicked_at), audience.moment(x.human_clicked_at)
        FROM unnest(
            \(call.organizationIDs), \(call.audienceIDs), \(call.contactIDs), \(call.opens), \(call.humanOpens), \(call.clicks),
            \(call.humanClicks), \(call.lastOpenedAt), \(call.lastHumanOpenedAt), \(call.lastClickedAt), \(call.lastHumanClickedAt)
        ) AS x (
            organization_id, audience_id, contact_id, opens, human_opens, clicks, human_clicks, opened_at, human_opened_at, clicked_at,
            human_clicked_at
        )
        JOIN LATERAL (
            SELECT contacts.organization_id
            FROM audience.contacts
            WHERE contacts.id = x.contact_id
            OFFSET 0
        ) AS stored ON stored.organization_id = x.organization_id
        ORDER BY x.contact_id, x.audience_id
        ON CONFLICT (contact_id, audience_id) DO UPDATE
        SET open_count = engagement.open_count + excluded.open_count,
            human_open_count = engagement.human_open_count + excluded.human_open_count,
            click_count = engagement.click_count + excluded.click_count,
            human_click_count = engagement.human_click_count + excluded.human_click_count,
            last_opened_at = greatest(engagement.last_opened_at, excluded.last_opened_at),
            last_human_opened_at = greatest(engagement.last_human_opened_at, excluded.last_human_opened_at),
            last_clicked_at = greatest(engagement.last_clicked_at, excluded.last_clicked_at),
            last_human_clicked_at = greatest(engagement.last_human_clicked_at, excluded.last_human_clicked_at)
        """
    }
}
