import Contracts
import Model
import Postgres

/// All that is known of one address in an audience and client, with what these are called: one statement, because clients ask often.
struct ContactStatusInScope: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, email: "a@example.com")
    var scope: AudienceScope
    /// Normalised.
    var email: String

    struct Output: Sendable {
        var known: ScopeByIDs.Output
        /// nil when nobody has stored the address.
        var contact: StoredContact?
    }

    var sql: SQL {
        """
        SELECT audiences.slug AS audience_slug, clients.slug AS client_slug, ''::text AS tombstone_key, \(unescaped: ContactColumns.select)
        FROM audience.organizations
        LEFT JOIN audience.audiences ON audiences.organization_id = organizations.id AND audiences.id = \(scope.audienceID)
        LEFT JOIN audience.clients ON clients.organization_id = organizations.id AND clients.id = \(scope.clientID)
        LEFT JOIN audience.contacts ON contacts.organization_id = organizations.id AND contacts.email = \(email)
        LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = contacts.id
        WHERE organizations.id = \(scope.organizationID)
        """
    }

    func decode(_ row: Row) throws -> Output {
        let isStored = try row.decodeIfPresent("id", as: Int64.self) != nil
        return Output(known: try ScopeByIDs.decode(row), contact: isStored ? try StoredContact(row) : nil)
    }
}
