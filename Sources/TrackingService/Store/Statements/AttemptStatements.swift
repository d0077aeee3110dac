import Contracts
import Model
import Postgres

/// The attempts of an endpoint, newest first.
struct AttemptPage: Statement {
    static var sample: Self { Self(endpoint: 1, before: 1, limit: 1, succeeded: nil) }
    var endpoint: Int64
    var before: Int64
    var limit: Int
    var succeeded: Bool?
    var sql: SQL {
        """
        SELECT delivery_attempts.id, delivery_attempts.delivery_id, COALESCE(deliveries.event_id, 0) AS event_id,
            COALESCE(activity.type, 'sent') AS event_type, delivery_attempts.number, delivery_attempts.started_at, delivery_attempts.duration_ms,
            delivery_attempts.succeeded, delivery_attempts.status, delivery_attempts.error, delivery_attempts.response, deliveries.state,
            CASE WHEN deliveries.state = 'pending' THEN deliveries.due_at END AS next_attempt_at
        FROM tracking.delivery_attempts
        JOIN tracking.deliveries ON deliveries.id = delivery_attempts.delivery_id
        LEFT JOIN tracking.activity ON activity.id = deliveries.event_id
        WHERE delivery_attempts.endpoint_id = \(endpoint) AND delivery_attempts.id < \(before)
            AND (\(succeeded)::boolean IS NULL OR delivery_attempts.succeeded = \(succeeded)::boolean)
        ORDER BY delivery_attempts.id DESC
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> WebhookAttempt {
        let status: Int = try row.decode("status")
        let state: String = try row.decode("state")
        return WebhookAttempt(
            id: try row.decode("id"),
            deliveryID: try row.decode("delivery_id"),
            eventID: try row.decode("event_id"),
            eventType: try row.decode("event_type"),
            number: try row.decode("number"),
            startedAt: try row.decode("started_at"),
            durationMilliseconds: try row.decode("duration_ms"),
            succeeded: try row.decode("succeeded"),
            status: status > 0 ? status : nil,
            error: try row.decode("error"),
            response: try row.decode("response"),
            state: WebhookAttempt.DeliveryState(rawValue: state) ?? .pending,
            nextAttemptAt: try row.decodeIfPresent("next_attempt_at")
        )
    }
}

/// Makes the delivery of an attempt due again.
struct ReplayAttempt: Statement {
    static var sample: Self { Self(endpoint: 1, attempt: 1) }
    var endpoint: Int64
    var attempt: Int64
    var sql: SQL {
        """
        UPDATE tracking.deliveries
        SET state = 'pending', finished_at = NULL, due_at = pg_catalog.now(),
            attempts = CASE WHEN deliveries.state = 'pending' THEN deliveries.attempts ELSE 0 END
        FROM tracking.delivery_attempts
        WHERE delivery_attempts.id = \(attempt) AND delivery_attempts.endpoint_id = \(endpoint)
            AND deliveries.id = delivery_attempts.delivery_id AND deliveries.event_id IS NOT NULL
        """
    }
}

/// Makes every event of an endpoint's types since a time due again, also those that were recorded while it was off.
///
/// What waits already stays as it is.
struct ReplaySince: Statement {
    static var sample: Self { Self(endpoint: 1, since: Timestamp(microseconds: 0), failedOnly: false, limit: 1) }
    var endpoint: Int64
    var since: Timestamp
    var failedOnly: Bool
    var limit: Int
    var sql: SQL {
        """
        WITH stored AS MATERIALIZED (
            SELECT endpoints.id AS endpoint_id, stored.id
            FROM tracking.endpoints
            JOIN tracking.activity AS stored ON stored.organization_id = endpoints.organization_id
            WHERE endpoints.id = \(endpoint) AND stored.recorded_at >= \(since) AND \(unescaped: ActivityFanOut.matches)
                AND NOT (
                    \(failedOnly) AND EXISTS (
                        SELECT FROM tracking.deliveries
                        WHERE deliveries.endpoint_id = endpoints.id AND deliveries.event_id = stored.id AND deliveries.state = 'delivered'
                    )
                )
            ORDER BY stored.id
            LIMIT \(limit)
        ), again AS (
            UPDATE tracking.deliveries
            SET state = 'pending', finished_at = NULL, due_at = pg_catalog.now(), attempts = 0
            FROM stored
            WHERE deliveries.endpoint_id = stored.endpoint_id AND deliveries.event_id = stored.id AND deliveries.state <> 'pending'
            RETURNING deliveries.id
        ), added AS (
            INSERT INTO tracking.deliveries (endpoint_id, event_id)
            SELECT stored.endpoint_id, stored.id
            FROM stored
            WHERE NOT EXISTS (
                SELECT FROM tracking.deliveries WHERE deliveries.endpoint_id = stored.endpoint_id AND deliveries.event_id = stored.id
            )
            ORDER BY stored.id
            RETURNING deliveries.id
        )
        SELECT (SELECT pg_catalog.count(*) FROM again) + (SELECT pg_catalog.count(*) FROM added) AS deliveries
        """
    }
    func decode(_ row: Row) throws -> Int { try row.decode("deliveries") }
}
