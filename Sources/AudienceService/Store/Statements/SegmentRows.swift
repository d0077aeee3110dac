import Contracts
import JSON
import Model
import Postgres

/// A segment by its key.
struct SegmentByKey: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        key: "a"
    )
    var scope: AudienceScope
    var key: String
    var sql: SQL {
        """
        SELECT segments.key, segments.name, segments.rules, segments.created_at, segments.updated_at
        FROM audience.segments
        WHERE segments.organization_id = \(scope.organizationID) AND segments.audience_id = \(scope.audienceID)
            AND segments.client_id = \(scope.clientID) AND segments.key = \(key)
        """
    }
    func decode(_ row: Row) throws -> Segment { try Segment(row) }
}

/// Segments of a client in an audience behind a key; the page ends early when its rules are large.
struct SegmentsOfClient: Statement {
    /// More than this does not fit into one answer, as JSON, in bytes; one segment always fits.
    static let maximumBytes = 4 << 20
    static let sample = Self(scope: SegmentByKey.sample.scope, after: "", limit: 1)
    var scope: AudienceScope
    var after: String
    var limit: Int
    var sql: SQL {
        """
        SELECT page.*
        FROM (
            SELECT found.*, count(*) OVER () AS page_count, sum(octet_length(found.rules)) OVER (ORDER BY found.key) AS total_bytes
            FROM (
                SELECT segments.key, segments.name, segments.rules, segments.created_at, segments.updated_at
                FROM audience.segments
                WHERE segments.organization_id = \(scope.organizationID) AND segments.audience_id = \(scope.audienceID)
                    AND segments.client_id = \(scope.clientID) AND segments.key > \(after)
                ORDER BY segments.key
                LIMIT \(limit)
            ) AS found
        ) AS page
        WHERE page.total_bytes <= \(Self.maximumBytes) OR page.total_bytes = octet_length(page.rules)
        ORDER BY page.key
        """
    }

    struct Output: Sendable {
        var segment: Segment
        /// Of the page before it was cut.
        var pageCount: Int64
    }

    func decode(_ row: Row) throws -> Output { Output(segment: try Segment(row), pageCount: try row.decode("page_count")) }
}

/// Stores a segment; what is NULL stays as it is, and a new one without a name is named as its key.
struct StoreSegment: Statement {
    struct Output: Sendable {
        var segment: Segment
        var isNew: Bool
    }

    static let sample = Self(scope: SegmentByKey.sample.scope, key: "a", name: nil, rules: nil, at: Timestamp(microseconds: 0))
    var scope: AudienceScope
    var key: String
    var name: String?
    var rules: String?
    var at: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.segments (organization_id, audience_id, client_id, key, name, rules, created_at, updated_at)
        SELECT \(scope.organizationID), \(scope.audienceID), \(scope.clientID), \(key), coalesce(\(name), \(key)),
            coalesce(\(rules), ''), \(at), \(at)
        ON CONFLICT (audience_id, client_id, key) DO UPDATE
        SET name = coalesce(\(name), segments.name),
            rules = coalesce(\(rules), segments.rules),
            updated_at = \(at)
        RETURNING segments.key, segments.name, segments.rules, segments.created_at, segments.updated_at, xmax = 0 AS is_new
        """
    }
    func decode(_ row: Row) throws -> Output { Output(segment: try Segment(row), isNew: try row.decode("is_new")) }
}

struct RemoveSegment: Statement {
    static let sample = Self(scope: SegmentByKey.sample.scope, key: "a")
    var scope: AudienceScope
    var key: String
    var sql: SQL {
        """
        DELETE FROM audience.segments
        WHERE segments.organization_id = \(scope.organizationID) AND segments.audience_id = \(scope.audienceID)
            AND segments.client_id = \(scope.clientID) AND segments.key = \(key)
        RETURNING segments.key, segments.name, segments.rules, segments.created_at, segments.updated_at
        """
    }
    func decode(_ row: Row) throws -> Segment { try Segment(row) }
}

extension Segment {
    init(_ row: Row) throws {
        self.init(
            key: try row.decode("key"),
            name: try row.decode("name"),
            rules: try JSONValue.parse(row.decode("rules", as: String.self)),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
    }
}
