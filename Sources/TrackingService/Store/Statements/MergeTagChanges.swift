import Contracts
import Model
import Postgres

/// Merges tag changes into the delivery that waits for each member of a client's Mailchimp audience: one row a member, the last word for
/// each tag.
///
/// A row whose attempt is under way is delivered again because its version rises.
///
/// Nothing for clients whose audience is not configured and enabled.
struct MergeTagChanges: Statement {
    static var sample: Self { Self([]) }

    private var clientIDs: [Int64] = []
    private var emails: [String] = []
    private var tags: [String] = []
    private var actives: [Bool] = []

    init(_ changes: [TagChange]) {
        for change in changes {
            clientIDs.append(change.clientID.rawValue)
            emails.append(change.email)
            tags.append(change.tag)
            actives.append(change.isActive)
        }
    }

    var sql: SQL {
        """
        WITH latest AS (
            SELECT DISTINCT ON (changes.client_id, changes.email, changes.tag)
                changes.client_id, changes.email, changes.tag, changes.is_active
            FROM unnest(\(clientIDs), \(emails), \(tags), \(actives)) WITH ORDINALITY AS changes (client_id, email, tag, is_active, position)
            ORDER BY changes.client_id, changes.email, changes.tag, changes.position DESC
        ), merged AS (
            INSERT INTO tracking.deliveries (endpoint_id, subject, payload)
            SELECT endpoints.id, latest.email, pg_catalog.jsonb_object_agg(latest.tag, latest.is_active)
            FROM latest
            JOIN tracking.endpoints ON endpoints.client_id = latest.client_id
            WHERE endpoints.format = 'mailchimp' AND endpoints.is_enabled AND endpoints.secret IS NOT NULL AND endpoints.list_id <> ''
            GROUP BY endpoints.id, latest.email
            ORDER BY endpoints.id, latest.email
            ON CONFLICT (endpoint_id, subject) WHERE state = 'pending' AND subject IS NOT NULL DO UPDATE
            SET payload = deliveries.payload || EXCLUDED.payload, version = deliveries.version + 1
            RETURNING id
        )
        SELECT pg_catalog.count(*) AS count
        FROM merged
        """
    }

    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
