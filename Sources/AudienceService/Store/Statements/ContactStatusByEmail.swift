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
        SELECT \(unescaped: ContactColumns.select)
        FROM audience.contacts
        LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = contacts.id
        WHERE contacts.organization_id = \(scope.organizationID) AND contacts.email = \(email)
        """
    }

    func decode(_ row: Row) throws -> StoredContact { try StoredContact(row) }
}
