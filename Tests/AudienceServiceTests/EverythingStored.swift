import Postgres

/// Contacts with their audience rows and subscriptions as text, without ids and times of writing.
struct EverythingStored: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT concat_ws('|', contacts.email, contacts.email_original, contacts.attributes, contacts.validation_status,
            contacts.validation_reason, contacts.validated_at IS NULL, contacts.hard_bounced_at IS NULL, contacts.complained_at IS NULL,
            contacts.global_unsubscribed_at IS NULL, contacts.import_item, memberships.tag_ids::text, memberships.status,
            subscriptions.status, subscriptions.verified_at IS NULL, CASE WHEN subscriptions.verified_at < '2025-01-01'
            THEN subscriptions.verified_at END, subscriptions.unsubscribed_at, subscriptions.unsubscribe_reason,
            left(subscriptions.source, 7)) AS line
        FROM audience.contacts
        LEFT JOIN audience.memberships ON memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.contact_id = contacts.id
        ORDER BY contacts.email
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("line") }
}
