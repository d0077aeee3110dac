import Contracts
import Model
import Postgres

/// Locks a client's tag mappings against another replacement at the same time.
struct LockTagMappings: Statement {
    static let sample = Self(clientID: ClientID(1))
    var clientID: ClientID
    var sql: SQL { "SELECT clients.id FROM audience.clients WHERE clients.id = \(clientID) FOR NO KEY UPDATE" }
}

/// Replaces the mappings of a client in an audience; returns those that are enabled now and were not before.
struct ReplaceTagMappings: Statement {
    static let sample = Self(scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)), mappings: [])
    var scope: AudienceScope
    var mappings: [TagMapping]
    var sql: SQL {
        """
        WITH wanted AS MATERIALIZED (
            SELECT wanted.list_key, wanted.tag, wanted.enabled
            FROM unnest(\(mappings.map(\.listKey)), \(mappings.map(\.tag)), \(mappings.map(\.isEnabled))) AS wanted (list_key, tag, enabled)
        ), before AS MATERIALIZED (
            SELECT mappings.list_key, mappings.tag, mappings.enabled
            FROM audience.mailchimp_tag_mappings AS mappings
            WHERE mappings.audience_id = \(scope.audienceID) AND mappings.client_id = \(scope.clientID)
        ), removed AS (
            DELETE FROM audience.mailchimp_tag_mappings AS mappings
            WHERE mappings.audience_id = \(scope.audienceID) AND mappings.client_id = \(scope.clientID)
                AND NOT EXISTS (SELECT FROM wanted WHERE wanted.list_key = mappings.list_key AND wanted.tag = mappings.tag)
        ), written AS (
            INSERT INTO audience.mailchimp_tag_mappings (audience_id, client_id, list_key, tag, enabled)
            SELECT \(scope.audienceID), \(scope.clientID), wanted.list_key, wanted.tag, wanted.enabled
            FROM wanted
            ON CONFLICT (audience_id, client_id, list_key, tag) DO UPDATE
            SET enabled = EXCLUDED.enabled
        )
        SELECT wanted.list_key
        FROM wanted
        LEFT JOIN before ON before.list_key = wanted.list_key AND before.tag = wanted.tag
        WHERE wanted.enabled AND before.enabled IS NOT TRUE
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("list_key") }
}

/// Queues the tags of the members that lists have already.
struct QueueTagsOfMembers: Statement {
    static let sample = Self(scope: ReplaceTagMappings.sample.scope, listKeys: [])
    var scope: AudienceScope
    var listKeys: [String]
    var sql: SQL {
        """
        SELECT audience.queue_tags(
            pg_catalog.array_agg(list_members.list_id), pg_catalog.array_agg(list_members.contact_id), pg_catalog.array_agg(true)
        )
        FROM audience.recipient_lists
        JOIN audience.list_members ON list_members.list_id = recipient_lists.id
        WHERE recipient_lists.audience_id = \(scope.audienceID) AND recipient_lists.client_id = \(scope.clientID)
            AND recipient_lists.key = ANY(\(listKeys)) AND list_members.active
        HAVING count(*) > 0
        """
    }
}

struct TagMappingsOfClient: Statement {
    static let sample = Self(scope: ReplaceTagMappings.sample.scope)
    var scope: AudienceScope
    var sql: SQL {
        """
        SELECT mappings.list_key, mappings.tag, mappings.enabled
        FROM audience.mailchimp_tag_mappings AS mappings
        WHERE mappings.audience_id = \(scope.audienceID) AND mappings.client_id = \(scope.clientID)
        ORDER BY mappings.list_key, mappings.tag
        """
    }
    func decode(_ row: Row) throws -> TagMapping {
        TagMapping(listKey: try row.decode("list_key"), tag: try row.decode("tag"), isEnabled: try row.decode("enabled"))
    }
}
