import Contracts
import Model
import Postgres

/// How many micro-batches wait for Campaign, and since when.
struct WaitingBatches: Statement {
    struct Output: Sendable {
        var count: Int
        var oldestSeconds: Int
    }

    static var sample: Self { Self() }

    var sql: SQL {
        """
        SELECT
            pg_catalog.count(*) AS waiting,
            COALESCE(EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.min(forwarding.created_at)), 0)::bigint AS seconds
        FROM tracking.forwarding
        """
    }

    func decode(_ row: Row) throws -> Output { Output(count: try row.decode("waiting"), oldestSeconds: try row.decode("seconds")) }
}

/// The oldest waiting micro-batches that are due, whose events together stay within a limit (the first one always comes).
struct ForwardingPage: Statement {
    static var sample: Self { Self(limit: 1) }

    /// Micro-batches in id order.
    struct Batch: Sendable {
        var id: Int64
        var events: String
    }

    var limit: Int

    var sql: SQL {
        """
        SELECT waiting.id, waiting.events
        FROM (
            SELECT
                forwarding.id,
                forwarding.events,
                pg_catalog.sum(forwarding.event_count) OVER (ORDER BY forwarding.id) - forwarding.event_count AS before
            FROM tracking.forwarding
            WHERE forwarding.due_at <= pg_catalog.clock_timestamp()
            ORDER BY forwarding.id
            LIMIT 1000
        ) AS waiting
        WHERE waiting.before < \(limit)
        ORDER BY waiting.id
        """
    }

    func decode(_ row: Row) throws -> Batch { Batch(id: try row.decode("id"), events: try row.decode("events")) }
}

/// Takes micro-batches off the list once Campaign has them.
struct DeleteForwarded: Statement {
    static var sample: Self { Self(ids: []) }

    var ids: [Int64]

    var sql: SQL {
        """
        DELETE FROM tracking.forwarding
        WHERE id = ANY (\(ids))
        """
    }
}
