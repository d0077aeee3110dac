import Contracts
import Model
import Postgres

/// Which of these contacts may not be mailed now, and why.
///
/// Outside the scope's organization nobody may.
///
/// `OFFSET 0` fixes the shape: look-ups by key for each contact, also in a plan that was made when the tables were empty.
struct RefusedContacts: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        categoryTag: "",
        contactIDs: [1]
    )
    var scope: AudienceScope
    var categoryTag: String
    var contactIDs: [Int64]

    struct Output: Sendable {
        var id: Int64
        var reason: String
    }

    var sql: SQL {
        """
        WITH walls AS MATERIALIZED (
            SELECT audiences.id AS audience_id, clients.id AS client_id
            FROM audience.audiences
            JOIN audience.clients ON clients.organization_id = audiences.organization_id
            WHERE audiences.organization_id = \(scope.organizationID) AND audiences.id = \(scope.audienceID) AND clients.id = \(scope.clientID)
        ),
        judged AS (
            SELECT x.contact_id,
                CASE
                    WHEN stored.id IS NULL OR walls.audience_id IS NULL THEN 'suppressed'
                    ELSE audience.marketing_refusal(stored.contact, placed.membership, subscribed.subscription, preferred.is_disabled)
                END AS reason
            FROM unnest(\(contactIDs)::bigint[]) AS x (contact_id)
            LEFT JOIN walls ON true
            LEFT JOIN LATERAL (
                SELECT contacts.id, contacts.organization_id, contacts AS contact
                FROM audience.contacts
                WHERE contacts.id = x.contact_id
                OFFSET 0
            ) AS stored ON stored.organization_id = \(scope.organizationID)
            LEFT JOIN LATERAL (
                SELECT memberships AS membership
                FROM audience.memberships
                WHERE memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = x.contact_id
                OFFSET 0
            ) AS placed ON true
            LEFT JOIN LATERAL (
                SELECT subscriptions AS subscription
                FROM audience.subscriptions
                WHERE subscriptions.audience_id = \(scope.audienceID) AND subscriptions.client_id = \(scope.clientID)
                    AND subscriptions.contact_id = x.contact_id
                OFFSET 0
            ) AS subscribed ON true
            LEFT JOIN LATERAL (
                SELECT NOT preferences.enabled AS is_disabled
                FROM audience.category_preferences AS preferences
                WHERE preferences.contact_id = x.contact_id AND preferences.audience_id = \(scope.audienceID)
                    AND preferences.client_id = \(scope.clientID) AND preferences.category_tag = \(categoryTag)
                OFFSET 0
            ) AS preferred ON true
        )
        SELECT judged.contact_id, judged.reason
        FROM judged
        WHERE judged.reason IS NOT NULL
        """
    }

    func decode(_ row: Row) throws -> Output { Output(id: try row.decode("contact_id"), reason: try row.decode("reason")) }
}
