import Contracts
import Model
import Postgres

/// The clients of this slug, at most two: one is an answer, two are ambiguous.
///
/// Without an organization every one is searched.
struct ClientsBySlug: Statement {
    static let sample = Self(organization: nil, client: "app")
    var organization: String?
    var client: String
    var sql: SQL {
        """
        SELECT organizations.id AS organization_id, organizations.slug AS organization_slug, clients.id AS client_id,
            clients.slug AS client_slug, clients.name AS client_name
        FROM audience.clients
        JOIN audience.organizations ON organizations.id = clients.organization_id
        WHERE clients.slug = \(client) AND (\(organization)::text IS NULL OR organizations.slug = \(organization)::text)
        ORDER BY clients.id
        LIMIT 2
        """
    }

    func decode(_ row: Row) throws -> ClientIdentity { try ClientIdentity(row) }
}

/// A client by id inside its organization.
struct ClientByID: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)))
    var scope: ClientScope

    struct Output: Sendable {
        var client: ClientIdentity
        var defaultSenderID: String?
    }

    var sql: SQL {
        """
        SELECT organizations.id AS organization_id, organizations.slug AS organization_slug, clients.id AS client_id,
            clients.slug AS client_slug, clients.name AS client_name, clients.default_sender_key
        FROM audience.clients
        JOIN audience.organizations ON organizations.id = clients.organization_id
        WHERE clients.id = \(scope.clientID) AND clients.organization_id = \(scope.organizationID)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(client: try ClientIdentity(row), defaultSenderID: try row.decodeIfPresent("default_sender_key"))
    }
}

extension ClientIdentity {
    init(_ row: Row) throws {
        self.init(
            organizationID: try row.decode("organization_id"),
            organizationSlug: try row.decode("organization_slug"),
            clientID: try row.decode("client_id"),
            clientSlug: try row.decode("client_slug"),
            clientName: try row.decode("client_name")
        )
    }
}
