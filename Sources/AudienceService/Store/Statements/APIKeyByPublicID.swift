import Contracts
import Model
import Postgres

/// A key that is neither revoked nor expired, with its client.
struct APIKeyByPublicID: Statement {
    static let sample = Self(publicID: "aaaaaaaaaaaa")
    var publicID: String

    struct Output: Sendable {
        var keyID: APIKeyID
        /// Lower-case hex.
        var secretHash: String
        var client: ClientIdentity
        var isActive: Bool
        var scopes: [String]
        var rateLimit: Int?
        /// Whether its last use was recorded a minute ago or more.
        var isTouchDue: Bool
    }

    var sql: SQL {
        """
        SELECT api_keys.id AS key_id, encode(api_keys.secret_hash, 'hex') AS secret_hash, organizations.id AS organization_id,
            organizations.slug AS organization_slug, clients.id AS client_id, clients.slug AS client_slug, clients.name AS client_name,
            clients.is_active, api_keys.scopes, api_keys.rate_limit, coalesce(api_keys.last_used_at <= now() - interval '1 minute', true) AS is_touch_due
        FROM audience.api_keys
        JOIN audience.clients ON clients.id = api_keys.client_id
        JOIN audience.organizations ON organizations.id = clients.organization_id
        WHERE api_keys.public_id = \(publicID) AND api_keys.revoked_at IS NULL
            AND coalesce(api_keys.expires_at > now(), true)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            keyID: try row.decode("key_id"),
            secretHash: try row.decode("secret_hash"),
            client: try ClientIdentity(row),
            isActive: try row.decode("is_active"),
            scopes: try row.decode("scopes"),
            rateLimit: try row.decodeIfPresent("rate_limit"),
            isTouchDue: try row.decode("is_touch_due")
        )
    }
}

/// Records a key's use, unless another process just did.
struct TouchAPIKey: Statement {
    static let sample = Self(keyID: APIKeyID(1))
    var keyID: APIKeyID
    var sql: SQL {
        """
        UPDATE audience.api_keys
        SET last_used_at = now()
        WHERE api_keys.id = \(keyID) AND coalesce(api_keys.last_used_at <= now() - interval '1 minute', true)
        """
    }
}
