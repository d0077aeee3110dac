import Contracts
import Model
import Postgres

/// Compares what clients see of requests on links with the log.
struct RecountActivity: Statement {
    static var sample: Self { Self() }

    struct Counts: Sendable {
        var requests: Int
        /// Entries whose request is not in the log.
        var orphans: Int
    }

    var sql: SQL {
        """
        SELECT
            pg_catalog.count(*) AS requests,
            pg_catalog.count(*) FILTER (WHERE events.event_id IS NULL) AS orphans
        FROM tracking.activity
        LEFT JOIN tracking.events ON events.event_id = activity.log_event_id AND events.occurred_at = activity.occurred_at
        WHERE activity.log_event_id IS NOT NULL
        """
    }

    func decode(_ row: Row) throws -> Counts {
        Counts(requests: try row.decode("requests"), orphans: try row.decode("orphans"))
    }
}

/// Makes the partition of a month that lies `offset` months after `now`.
struct EnsureMonth: Statement {
    static var sample: Self { Self(now: Timestamp(microseconds: 0), offset: 0) }

    var now: Timestamp
    var offset: Int

    var sql: SQL {
        """
        SELECT tracking.ensure_month(((\(now)::timestamptz AT TIME ZONE 'UTC') + \(offset)::integer * interval '1 month')::date)
        """
    }
}
