import Model
import Postgres

/// Records how an attempt ended: the log, the delivery's next step, and the endpoint's health, in one statement.
///
/// An attempt whose lease ran out and was taken by another changes nothing but the log. A payload that changed meanwhile is delivered again.
struct FinishAttempt: Statement {
    static var sample: Self {
        Self(
            delivery: 1,
            endpoint: 1,
            number: 1,
            version: 0,
            result: AttemptResult(succeeded: true),
            startedAt: Timestamp(microseconds: 0),
            milliseconds: 0,
            delay: nil
        )
    }

    var delivery: Int64
    var endpoint: Int64
    var number: Int
    var version: Int
    var result: AttemptResult
    var startedAt: Timestamp
    var milliseconds: Int
    /// Seconds until the next attempt; nil when this was the last.
    var delay: Double?

    private var isLast: Bool { delay == nil || result.isHopeless }

    var sql: SQL {
        """
        WITH finished AS (
            UPDATE tracking.deliveries
            SET state = CASE
                    WHEN deliveries.version <> \(version) THEN 'pending'
                    WHEN \(result.succeeded) THEN 'delivered'
                    WHEN \(isLast) THEN 'failed'
                    ELSE 'pending'
                END,
                finished_at = CASE
                    WHEN deliveries.version = \(version) AND (\(result.succeeded) OR \(isLast)) THEN pg_catalog.now()
                END,
                attempts = CASE WHEN deliveries.version <> \(version) THEN 0 ELSE deliveries.attempts END,
                due_at = CASE
                    WHEN deliveries.version <> \(version) AND \(result.succeeded) THEN pg_catalog.now()
                    ELSE pg_catalog.now() + pg_catalog.make_interval(secs => \(delay ?? 0))
                END,
                -- The address and what was said of it have done their work.
                subject = CASE
                    WHEN deliveries.version = \(version) AND (\(result.succeeded) OR \(isLast)) THEN NULL
                    ELSE deliveries.subject
                END,
                payload = CASE
                    WHEN deliveries.payload IS NULL THEN NULL
                    WHEN deliveries.version = \(version) AND (\(result.succeeded) OR \(isLast)) THEN '{}'
                    ELSE deliveries.payload
                END
            WHERE deliveries.id = \(delivery) AND deliveries.state = 'pending' AND deliveries.attempts = \(number)
        ), logged AS (
            INSERT INTO tracking.delivery_attempts (
                endpoint_id, delivery_id, number, started_at, duration_ms, succeeded, status, error, response
            )
            SELECT deliveries.endpoint_id, deliveries.id, \(number), \(startedAt), \(milliseconds), \(result.succeeded), \(result.status),
                \(result.error), \(result.response)
            FROM tracking.deliveries
            WHERE deliveries.id = \(delivery)
        )
        UPDATE tracking.endpoints
        SET failing_since = CASE WHEN \(result.isHealthy) THEN NULL ELSE COALESCE(endpoints.failing_since, pg_catalog.now()) END,
            failure_count = CASE WHEN \(result.isHealthy) THEN 0 ELSE endpoints.failure_count + 1 END,
            paused_until = CASE
                WHEN \(result.pause) > 0 THEN pg_catalog.now() + pg_catalog.make_interval(secs => \(result.pause))
                ELSE endpoints.paused_until
            END,
            is_enabled = endpoints.is_enabled AND NOT \(result.isGone) AND NOT (
                NOT \(result.isHealthy)
                AND COALESCE(endpoints.failing_since, pg_catalog.now()) < pg_catalog.now() - pg_catalog.make_interval(days => \(days)::integer)
            ),
            disabled_reason = CASE
                WHEN NOT endpoints.is_enabled THEN endpoints.disabled_reason
                WHEN \(result.isGone) THEN 'gone'
                WHEN NOT \(result.isHealthy) AND endpoints.failing_since < pg_catalog.now() - pg_catalog.make_interval(days => \(days)::integer)
                THEN 'failing'
                ELSE ''
            END
        WHERE endpoints.id = \(endpoint) AND (NOT \(result.isHealthy) OR endpoints.failing_since IS NOT NULL)
        """
    }

    private var days: Int { RetrySchedule.disableAfterDays }
}
