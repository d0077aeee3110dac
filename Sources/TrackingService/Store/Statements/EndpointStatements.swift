import Contracts
import Model
import Postgres

/// A row of an endpoint, as its client sees it.
struct EndpointRow: Sendable {
    var webhook: Webhook
    var listID: String
    var hasSecret: Bool

    static let columns: StaticString = """
        endpoints.id, endpoints.url, endpoints.description, endpoints.event_types, endpoints.list_id, endpoints.secret IS NOT NULL AS has_secret,
            CASE WHEN endpoints.previous_secret_until > pg_catalog.now() THEN endpoints.previous_secret_until END AS previous_secret_until,
            endpoints.is_enabled, endpoints.disabled_reason, endpoints.failing_since, endpoints.created_at, endpoints.updated_at
        """

    init(_ row: Row) throws {
        let types: [String] = try row.decode("event_types")
        webhook = Webhook(
            id: try row.decode("id"),
            url: try row.decode("url"),
            description: try row.decode("description"),
            eventTypes: types.compactMap(EventType.init),
            isEnabled: try row.decode("is_enabled"),
            disabledReason: try row.decode("disabled_reason"),
            failingSince: try row.decodeIfPresent("failing_since"),
            previousSecretUntil: try row.decodeIfPresent("previous_secret_until"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
        listID = try row.decode("list_id")
        hasSecret = try row.decode("has_secret")
    }
}

/// Draws the id of an endpoint before it exists: its secret is bound to it.
struct NextEndpointID: Statement {
    static var sample: Self { Self() }
    var sql: SQL { "SELECT pg_catalog.nextval('tracking.endpoint_sequence') AS id" }
    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}

/// A client's endpoints of one format, oldest first.
struct EndpointsOfClient: Statement {
    static var sample: Self { Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), format: .standard, id: nil) }
    var scope: ClientScope
    var format: EndpointFormat
    /// nil is all.
    var id: Int64?
    var sql: SQL {
        """
        SELECT \(unescaped: EndpointRow.columns)
        FROM tracking.endpoints
        WHERE endpoints.organization_id = \(scope.organizationID) AND endpoints.client_id = \(scope.clientID)
            AND endpoints.format = \(format) AND (\(id)::bigint IS NULL OR endpoints.id = \(id)::bigint)
        ORDER BY endpoints.id
        """
    }
    func decode(_ row: Row) throws -> EndpointRow { try EndpointRow(row) }
}

/// Adds an endpoint, unless the client has the most that it may have; returns it, or nothing.
struct InsertEndpoint: Statement {
    static var sample: Self {
        Self(id: 1, scope: EndpointsOfClient.sample.scope, clientSlug: "", format: .standard, url: "", secret: nil)
    }
    static let maximumEndpoints = 50
    var id: Int64
    var scope: ClientScope
    var clientSlug: String
    var format: EndpointFormat
    var url: String
    var description = ""
    var eventTypes: [String] = []
    var listID = ""
    var secret: [UInt8]?
    var isEnabled = true

    init(id: Int64, scope: ClientScope, clientSlug: String, format: EndpointFormat, url: String, secret: [UInt8]?) {
        self.id = id
        self.scope = scope
        self.clientSlug = clientSlug
        self.format = format
        self.url = url
        self.secret = secret
    }

    var sql: SQL {
        """
        INSERT INTO tracking.endpoints (
            id, organization_id, client_id, client_slug, format, url, description, event_types, list_id, secret, is_enabled
        )
        SELECT \(id), \(scope.organizationID), \(scope.clientID), \(clientSlug), \(format), \(url), \(description), \(eventTypes), \(listID),
            \(secret.map(Bytea.init)), \(isEnabled)
        WHERE (
            SELECT pg_catalog.count(*) FROM tracking.endpoints WHERE endpoints.client_id = \(scope.clientID)
        ) < \(Self.maximumEndpoints)
        RETURNING \(unescaped: EndpointRow.columns)
        """
    }
    func decode(_ row: Row) throws -> EndpointRow { try EndpointRow(row) }
}

/// Changes an endpoint; nil leaves a field.
///
/// Enabling it ends what the service held against it.
struct UpdateEndpoint: Statement {
    static var sample: Self { Self(scope: EndpointsOfClient.sample.scope, format: .standard, id: 1) }
    var scope: ClientScope
    var format: EndpointFormat
    var id: Int64
    var url: String?
    var description: String?
    var eventTypes: [String]?
    var listID: String?
    var isEnabled: Bool?

    init(scope: ClientScope, format: EndpointFormat, id: Int64) {
        self.scope = scope
        self.format = format
        self.id = id
    }

    var sql: SQL {
        """
        UPDATE tracking.endpoints
        SET url = COALESCE(\(url), endpoints.url),
            description = COALESCE(\(description), endpoints.description),
            event_types = COALESCE(\(eventTypes), endpoints.event_types),
            list_id = COALESCE(\(listID), endpoints.list_id),
            is_enabled = COALESCE(\(isEnabled), endpoints.is_enabled),
            disabled_reason = CASE WHEN \(isEnabled) IS NULL THEN endpoints.disabled_reason ELSE '' END,
            failing_since = CASE WHEN \(isEnabled) AND NOT endpoints.is_enabled THEN NULL ELSE endpoints.failing_since END,
            failure_count = CASE WHEN \(isEnabled) AND NOT endpoints.is_enabled THEN 0 ELSE endpoints.failure_count END,
            paused_until = CASE WHEN \(isEnabled) AND NOT endpoints.is_enabled THEN NULL ELSE endpoints.paused_until END,
            updated_at = pg_catalog.now()
        WHERE endpoints.id = \(id) AND endpoints.organization_id = \(scope.organizationID) AND endpoints.client_id = \(scope.clientID)
            AND endpoints.format = \(format)
        RETURNING \(unescaped: EndpointRow.columns)
        """
    }
    func decode(_ row: Row) throws -> EndpointRow { try EndpointRow(row) }
}

/// Replaces an endpoint's secret; with an overlap the one before stays beside it for so long.
struct ReplaceEndpointSecret: Statement {
    static var sample: Self { Self(scope: EndpointsOfClient.sample.scope, format: .standard, id: 1, secret: nil, overlap: 0) }
    var scope: ClientScope
    var format: EndpointFormat
    var id: Int64
    var secret: [UInt8]?
    /// Seconds.
    var overlap: Double
    var sql: SQL {
        """
        UPDATE tracking.endpoints
        SET previous_secret = CASE WHEN \(overlap) > 0 THEN endpoints.secret END,
            previous_secret_until = CASE
                WHEN \(overlap) > 0 AND endpoints.secret IS NOT NULL THEN pg_catalog.now() + pg_catalog.make_interval(secs => \(overlap))
            END,
            secret = \(secret.map(Bytea.init)),
            updated_at = pg_catalog.now()
        WHERE endpoints.id = \(id) AND endpoints.organization_id = \(scope.organizationID) AND endpoints.client_id = \(scope.clientID)
            AND endpoints.format = \(format)
        RETURNING \(unescaped: EndpointRow.columns)
        """
    }
    func decode(_ row: Row) throws -> EndpointRow { try EndpointRow(row) }
}

/// Removes an endpoint; its deliveries and attempts go with it.
struct DeleteEndpoint: Statement {
    static var sample: Self { Self(scope: EndpointsOfClient.sample.scope, format: .standard, id: 1) }
    var scope: ClientScope
    var format: EndpointFormat
    var id: Int64
    var sql: SQL {
        """
        DELETE FROM tracking.endpoints
        WHERE endpoints.id = \(id) AND endpoints.organization_id = \(scope.organizationID) AND endpoints.client_id = \(scope.clientID)
            AND endpoints.format = \(format)
        """
    }
}
