import Model
import Postgres

/// Adds an organization unless its slug is taken.
struct AddOrganization: Statement {
    static let sample = Self(slug: "acme", tombstoneKey: "00")
    var slug: String
    /// 32 random bytes, hex.
    var tombstoneKey: String
    var sql: SQL {
        """
        INSERT INTO audience.organizations (slug, name, tombstone_key)
        VALUES (\(slug), \(slug), decode(\(tombstoneKey), 'hex'))
        ON CONFLICT (slug) DO NOTHING
        """
    }
}

/// Adds an audience unless its slug is taken.
struct AddAudience: Statement {
    static let sample = Self(organizationID: OrganizationID(1), slug: "main")
    var organizationID: OrganizationID
    var slug: String
    var sql: SQL {
        """
        INSERT INTO audience.audiences (organization_id, slug, name)
        VALUES (\(organizationID), \(slug), \(slug))
        ON CONFLICT (organization_id, slug) DO NOTHING
        """
    }
}

/// Adds a client unless its slug is taken.
struct AddClient: Statement {
    static let sample = Self(organizationID: OrganizationID(1), slug: "app")
    var organizationID: OrganizationID
    var slug: String
    var sql: SQL {
        """
        INSERT INTO audience.clients (organization_id, slug, name)
        VALUES (\(organizationID), \(slug), \(slug))
        ON CONFLICT (organization_id, slug) DO NOTHING
        """
    }
}

/// Adds an API key unless the client has a live one of this name; returns one row when it was added.
struct AddAPIKey: Statement {
    static let sample = Self(clientID: ClientID(1), name: "default", publicID: "aaaaaaaaaaaa", secretHash: "00")
    var clientID: ClientID
    var name: String
    var publicID: String
    /// Hex.
    var secretHash: String
    var sql: SQL {
        """
        INSERT INTO audience.api_keys (client_id, name, public_id, secret_hash)
        VALUES (\(clientID), \(name), \(publicID), decode(\(secretHash), 'hex'))
        ON CONFLICT (client_id, name) WHERE revoked_at IS NULL DO NOTHING
        """
    }
}
