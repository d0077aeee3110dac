import Contracts
import Model
import Postgres

/// What an audience scope names, as far as it is inside its organization.
struct ScopeByIDs: Statement {
    static let sample = Self(scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)))
    var scope: AudienceScope

    struct Output: Sendable {
        /// nil: not in the organization.
        var audienceSlug: String?
        var clientSlug: String?
        /// Hex; empty when nobody of this organization was ever erased.
        var tombstoneKey: String
    }

    var sql: SQL {
        """
        SELECT audiences.slug AS audience_slug, clients.slug AS client_slug,
            CASE WHEN EXISTS (SELECT FROM audience.tombstones WHERE tombstones.organization_id = organizations.id)
                THEN encode(organizations.tombstone_key, 'hex') ELSE '' END AS tombstone_key
        FROM audience.organizations
        LEFT JOIN audience.audiences ON audiences.organization_id = organizations.id AND audiences.id = \(scope.audienceID)
        LEFT JOIN audience.clients ON clients.organization_id = organizations.id AND clients.id = \(scope.clientID)
        WHERE organizations.id = \(scope.organizationID)
        """
    }

    func decode(_ row: Row) throws -> Output { try Self.decode(row) }

    static func decode(_ row: Row) throws -> Output {
        Output(
            audienceSlug: try row.decodeIfPresent("audience_slug"),
            clientSlug: try row.decodeIfPresent("client_slug"),
            tombstoneKey: try row.decode("tombstone_key")
        )
    }
}
