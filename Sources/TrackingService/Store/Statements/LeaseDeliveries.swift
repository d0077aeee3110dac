import Contracts
import JSON
import Model
import Postgres

/// One delivery that this process has leased, with all that an attempt needs.
struct LeasedDelivery: Sendable {
    var id: Int64
    var endpointID: Int64
    /// Counts from 1; the result is recorded only while this is the last attempt.
    var number: Int
    /// Of the payload; a later one means that it changed meanwhile.
    var version: Int
    var format: EndpointFormat
    var url: String
    var clientSlug: String
    var listID: String
    var secret: [UInt8]?
    /// Set while the secret before the last rotation signs too.
    var previousSecret: [UInt8]?
    /// The event; nil for a delivery with a subject.
    var event: StoredEvent?
    var subject: String
    var payload: JSONValue
}

/// How an endpoint wants its deliveries.
enum EndpointFormat: String, Sendable, PostgresDecodable, PostgresEncodable { case standard, callback, mailchimp }

/// Leases due deliveries: a few of each endpoint, so that none can take the place of the others.
///
/// Rows that another process is leasing are passed over. The number of each endpoint's requests that are under way comes as a parameter.
struct LeaseDeliveries: Statement {
    static var sample: Self { Self(busy: [:], each: 1, total: 1, lease: 1) }

    var busyIDs: [Int64]
    var busyCounts: [Int64]
    /// The most of one endpoint; 1 of one that fails.
    var each: Int
    var total: Int
    /// Seconds.
    var lease: Double

    init(busy: [Int64: Int], each: Int, total: Int, lease: Double) {
        busyIDs = Array(busy.keys)
        busyCounts = busyIDs.map { Int64(busy[$0] ?? 0) }
        self.each = each
        self.total = total
        self.lease = lease
    }

    var sql: SQL {
        """
        WITH chosen AS MATERIALIZED (
            SELECT due.id
            FROM tracking.endpoints
            LEFT JOIN unnest(\(busyIDs), \(busyCounts)) AS busy (endpoint_id, requests) ON busy.endpoint_id = endpoints.id
            CROSS JOIN LATERAL (
                SELECT deliveries.id
                FROM tracking.deliveries
                WHERE deliveries.endpoint_id = endpoints.id AND deliveries.state = 'pending' AND deliveries.due_at <= pg_catalog.now()
                ORDER BY deliveries.due_at
                LIMIT GREATEST(
                    CASE WHEN endpoints.failing_since IS NULL THEN \(each)::bigint ELSE 1 END - COALESCE(busy.requests, 0), 0
                )
                FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE endpoints.is_enabled AND (endpoints.paused_until IS NULL OR endpoints.paused_until <= pg_catalog.now())
            LIMIT \(total)
        ), leased AS (
            UPDATE tracking.deliveries
            SET attempts = deliveries.attempts + 1, due_at = pg_catalog.now() + pg_catalog.make_interval(secs => \(lease))
            FROM chosen
            WHERE deliveries.id = chosen.id
            RETURNING deliveries.id AS delivery_id, deliveries.endpoint_id, deliveries.event_id, deliveries.subject, deliveries.payload,
                deliveries.version, deliveries.attempts
        )
        SELECT leased.delivery_id, leased.endpoint_id, leased.attempts, leased.version, COALESCE(leased.subject, '') AS subject,
            COALESCE(leased.payload, '{}') AS payload, endpoints.format, endpoints.url, endpoints.client_slug, endpoints.list_id, endpoints.secret,
            CASE WHEN endpoints.previous_secret_until > pg_catalog.now() THEN endpoints.previous_secret END AS previous_secret,
            leased.event_id IS NOT NULL AND activity.id IS NOT NULL AS has_event,
            \(unescaped: ActivityColumns.list)
        FROM leased
        JOIN tracking.endpoints ON endpoints.id = leased.endpoint_id
        LEFT JOIN tracking.activity ON activity.id = leased.event_id
        LEFT JOIN tracking.events ON events.event_id = activity.log_event_id AND events.occurred_at = activity.occurred_at
        """
    }

    func decode(_ row: Row) throws -> LeasedDelivery {
        let secret: Bytea? = try row.decodeIfPresent("secret")
        let previous: Bytea? = try row.decodeIfPresent("previous_secret")
        return LeasedDelivery(
            id: try row.decode("delivery_id"),
            endpointID: try row.decode("endpoint_id"),
            number: try row.decode("attempts"),
            version: try row.decode("version"),
            format: try row.decode("format"),
            url: try row.decode("url"),
            clientSlug: try row.decode("client_slug"),
            listID: try row.decode("list_id"),
            secret: secret?.bytes,
            previousSecret: previous?.bytes,
            event: try row.decode("has_event") ? try ActivityColumns.decode(row) : nil,
            subject: try row.decode("subject"),
            payload: try row.decode("payload")
        )
    }
}

/// Gives a lease back whose attempt did not take place or was cut off by the end of the process.
struct ReleaseDelivery: Statement {
    static var sample: Self { Self(id: 1, number: 1) }
    var id: Int64
    var number: Int
    var sql: SQL {
        """
        UPDATE tracking.deliveries
        SET attempts = deliveries.attempts - 1, due_at = pg_catalog.now()
        WHERE deliveries.id = \(id) AND deliveries.state = 'pending' AND deliveries.attempts = \(number)
        """
    }
}

/// Seconds until the next delivery is due that may go; none when nothing waits.
struct NextDelivery: Statement {
    static var sample: Self { Self() }
    var sql: SQL {
        """
        SELECT pg_catalog.min(EXTRACT(EPOCH FROM GREATEST(due.due_at, endpoints.paused_until) - pg_catalog.now()))::double precision AS seconds
        FROM tracking.endpoints
        CROSS JOIN LATERAL (
            SELECT deliveries.due_at
            FROM tracking.deliveries
            WHERE deliveries.endpoint_id = endpoints.id AND deliveries.state = 'pending'
            ORDER BY deliveries.due_at
            LIMIT 1
        ) AS due
        WHERE endpoints.is_enabled
        """
    }
    func decode(_ row: Row) throws -> Double? { try row.decodeIfPresent("seconds") }
}

/// How many deliveries are due, up to a limit: what a tick reports.
struct DueDeliveries: Statement {
    static var sample: Self { Self() }
    var sql: SQL {
        """
        SELECT pg_catalog.count(*) AS due
        FROM tracking.endpoints
        CROSS JOIN LATERAL (
            SELECT deliveries.id
            FROM tracking.deliveries
            WHERE deliveries.endpoint_id = endpoints.id AND deliveries.state = 'pending' AND deliveries.due_at <= pg_catalog.now()
            LIMIT 100
        ) AS due
        WHERE endpoints.is_enabled AND (endpoints.paused_until IS NULL OR endpoints.paused_until <= pg_catalog.now())
        """
    }
    func decode(_ row: Row) throws -> Int { try row.decode("due") }
}
