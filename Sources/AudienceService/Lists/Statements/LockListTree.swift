import Contracts
import Model
import Postgres

/// Locks the lists of a client in an audience; no row when it has none yet.
struct LockListTree: Statement {
    static let sample = Self(scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)))
    var scope: AudienceScope
    var sql: SQL {
        """
        SELECT list_trees.organization_id
        FROM audience.list_trees
        WHERE list_trees.audience_id = \(scope.audienceID) AND list_trees.client_id = \(scope.clientID)
        FOR NO KEY UPDATE
        """
    }

    func decode(_ row: Row) throws -> OrganizationID { try row.decode("organization_id") }
}

struct AddListTree: Statement {
    static let sample = Self(scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)))
    var scope: AudienceScope
    var sql: SQL {
        """
        INSERT INTO audience.list_trees (audience_id, client_id, organization_id)
        VALUES (\(scope.audienceID), \(scope.clientID), \(scope.organizationID))
        ON CONFLICT (audience_id, client_id) DO NOTHING
        """
    }
}

/// Locks every tree of an organization, in one order.
struct LockListTrees: Statement {
    static let sample = Self(organizationID: OrganizationID(1))
    var organizationID: OrganizationID
    var sql: SQL {
        """
        SELECT list_trees.audience_id
        FROM audience.list_trees
        WHERE list_trees.organization_id = \(organizationID)
        ORDER BY list_trees.audience_id, list_trees.client_id
        FOR NO KEY UPDATE
        """
    }
}
