import Contracts
import Model
import Postgres

/// Clients with their state, oldest first.
struct ClientPage: Statement {
    static let sample = Self(organization: nil, after: nil, limit: 1)
    /// A slug; nil: of every organization.
    var organization: String?
    var after: ClientID?
    var limit: Int
    var sql: SQL {
        """
        SELECT organizations.id AS organization_id, organizations.slug AS organization_slug, clients.id AS client_id,
            clients.slug AS client_slug, clients.name AS client_name, clients.is_active
        FROM audience.clients
        JOIN audience.organizations ON organizations.id = clients.organization_id
        WHERE (\(organization)::text IS NULL OR organizations.slug = \(organization)::text)
            AND clients.id > coalesce(\(after)::bigint, 0)
        ORDER BY clients.id
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> ClientInfo {
        ClientInfo(client: try ClientIdentity(row), isActive: try row.decode("is_active"))
    }
}

/// Switches a client off or on; the row says whether that changed it, no row that there is none.
struct SwitchClient: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), isActive: true)
    var scope: ClientScope
    var isActive: Bool
    var sql: SQL {
        """
        WITH known AS (
            SELECT clients.id, clients.is_active
            FROM audience.clients
            WHERE clients.id = \(scope.clientID) AND clients.organization_id = \(scope.organizationID)
            FOR UPDATE
        ), switched AS (
            UPDATE audience.clients
            SET is_active = \(isActive)
            FROM known
            WHERE clients.id = known.id AND known.is_active <> \(isActive)
            RETURNING clients.id
        )
        SELECT organizations.id AS organization_id, organizations.slug AS organization_slug, clients.id AS client_id,
            clients.slug AS client_slug, clients.name AS client_name, switched.id IS NOT NULL AS changed
        FROM known
        JOIN audience.clients ON clients.id = known.id
        JOIN audience.organizations ON organizations.id = clients.organization_id
        LEFT JOIN switched ON switched.id = known.id
        """
    }

    func decode(_ row: Row) throws -> ClientState {
        ClientState(client: try ClientIdentity(row), isActive: isActive, changed: try row.decode("changed"))
    }
}
