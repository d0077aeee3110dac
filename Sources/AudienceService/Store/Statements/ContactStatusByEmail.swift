import Contracts
import Model
import Postgres

/// All that is known of one address in an audience and client.
struct ContactStatusByEmail: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, email: "a@example.com")
    var scope: AudienceScope
    /// Normalised.
    var email: String

    var sql: SQL {
        """
        SELECT contacts.id, contacts.email, contacts.verified_at AS contact_verified_at, contacts.validation_status,
            contacts.validation_reason, contacts.validated_at, contacts.global_unsubscribed_at IS NOT NULL AS global_unsubscribed,
            contacts.hard_bounced_at IS NOT NULL AS hard_bounced, contacts.complained_at IS NOT NULL AS complained,
            memberships.status AS audience_status, memberships.verified_at AS audience_verified_at,
            memberships.unsubscribed_at AS audience_unsubscribed_at, coalesce(memberships.unsubscribe_reason, '') AS audience_reason,
            subscriptions.status AS client_status, subscriptions.verified_at AS client_verified_at,
            subscriptions.unsubscribed_at AS client_unsubscribed_at, coalesce(subscriptions.unsubscribe_reason, '') AS client_reason,
            audience.marketing_refusal(contacts, memberships, subscriptions, false) AS marketing_refusal,
            audience.transactional_refusal(contacts, false) AS transactional_refusal,
            ARRAY(SELECT tags.slug FROM audience.tags WHERE tags.id = ANY(memberships.tag_ids) ORDER BY tags.slug) AS tags,
            contacts.attributes, contacts.created_at, contacts.updated_at
        FROM audience.contacts
        LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = contacts.id
        WHERE contacts.organization_id = \(scope.organizationID) AND contacts.email = \(email)
        """
    }

    func decode(_ row: Row) throws -> StoredContact { try StoredContact(row) }
}
