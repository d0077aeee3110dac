import Contracts
import Model
import Postgres

/// Every key of a client, newest first.
struct APIKeysOfClient: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)))
    var scope: ClientScope
    var sql: SQL {
        """
        SELECT api_keys.id, api_keys.name, api_keys.public_id, api_keys.scopes, api_keys.created_at, api_keys.last_used_at,
            api_keys.expires_at, api_keys.revoked_at, api_keys.rate_limit
        FROM audience.api_keys
        JOIN audience.clients ON clients.id = api_keys.client_id
        WHERE api_keys.client_id = \(scope.clientID) AND clients.organization_id = \(scope.organizationID)
        ORDER BY api_keys.id DESC
        LIMIT 1000
        """
    }

    func decode(_ row: Row) throws -> APIKeyInfo { try APIKeyInfo(row) }
}

/// Makes a key for a client of the organization; no row when its name is taken by a key that is not revoked.
struct InsertAPIKey: Statement {
    static let sample = Self(
        scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)),
        name: "first",
        publicID: "aaaaaaaaaaaa",
        secretHash: String(repeating: "0", count: 64),
        scopes: [],
        expiresAt: nil,
        rateLimit: nil
    )
    var scope: ClientScope
    var name: String
    var publicID: String
    /// Lower-case hex.
    var secretHash: String
    var scopes: [String]
    var expiresAt: Timestamp?
    var rateLimit: Int?
    var sql: SQL {
        """
        INSERT INTO audience.api_keys (client_id, name, public_id, secret_hash, scopes, expires_at, rate_limit)
        SELECT clients.id, \(name), \(publicID), decode(\(secretHash), 'hex'), \(scopes)::text[], \(expiresAt)::timestamptz, \(rateLimit)::int
        FROM audience.clients
        WHERE clients.id = \(scope.clientID) AND clients.organization_id = \(scope.organizationID)
        ON CONFLICT (client_id, name) WHERE revoked_at IS NULL DO NOTHING
        RETURNING id, name, public_id, scopes, created_at, last_used_at, expires_at, revoked_at, rate_limit
        """
    }

    func decode(_ row: Row) throws -> APIKeyInfo { try APIKeyInfo(row) }
}

/// Ends a key; a second time keeps the first moment.
struct EndAPIKey: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), keyID: APIKeyID(1))
    var scope: ClientScope
    var keyID: APIKeyID
    var sql: SQL {
        """
        UPDATE audience.api_keys
        SET revoked_at = coalesce(api_keys.revoked_at, now())
        FROM audience.clients
        WHERE api_keys.id = \(keyID) AND api_keys.client_id = \(scope.clientID) AND clients.id = api_keys.client_id
            AND clients.organization_id = \(scope.organizationID)
        RETURNING api_keys.id, api_keys.name, api_keys.public_id, api_keys.scopes, api_keys.created_at, api_keys.last_used_at,
            api_keys.expires_at, api_keys.revoked_at, api_keys.rate_limit
        """
    }

    func decode(_ row: Row) throws -> APIKeyInfo { try APIKeyInfo(row) }
}

extension APIKeyInfo {
    fileprivate init(_ row: Row) throws {
        self.init(
            keyID: try row.decode("id"),
            name: try row.decode("name"),
            publicID: try row.decode("public_id"),
            scopes: try row.decode("scopes"),
            createdAt: try row.decode("created_at"),
            lastUsedAt: try row.decodeIfPresent("last_used_at"),
            expiresAt: try row.decodeIfPresent("expires_at"),
            revokedAt: try row.decodeIfPresent("revoked_at"),
            rateLimit: try row.decodeIfPresent("rate_limit")
        )
    }
}
