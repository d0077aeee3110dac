import Contracts
import Model
import Postgres

/// All that is known of some contacts in an audience and client.
struct ContactStatusesByID: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        ids: [1]
    )
    var scope: AudienceScope
    var ids: [Int64]

    var sql: SQL {
        """
        SELECT \(unescaped: ContactColumns.select)
        FROM audience.contacts
        LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = contacts.id
        WHERE contacts.organization_id = \(scope.organizationID) AND contacts.id = ANY(\(ids)::bigint[])
        """
    }

    func decode(_ row: Row) throws -> StoredContact { try StoredContact(row) }
}
