import Contracts
import JSON
import Model
import Postgres

/// Notes that a micro-batch was not taken and puts it off; how often that was by now.
struct NoteRefusal: Statement {
    struct Output: Sendable {
        var refusals: Int
        var failures: Int
    }

    static var sample: Self { Self(id: 1, isRefusal: true, reason: "", firstPause: 0.1, lastPause: 5) }

    var id: Int64
    /// False: Campaign broke on it.
    var isRefusal: Bool
    var reason: String
    /// Seconds; doubled with each time.
    var firstPause: Double
    var lastPause: Double

    var sql: SQL {
        """
        UPDATE tracking.forwarding
        SET
            refusals = refusals + CASE WHEN \(isRefusal) THEN 1 ELSE 0 END,
            failures = failures + CASE WHEN \(isRefusal) THEN 0 ELSE 1 END,
            last_error = \(reason),
            due_at = pg_catalog.clock_timestamp()
                + LEAST(\(firstPause) * pg_catalog.power(2, LEAST(refusals + failures, 20)), \(lastPause)) * interval '1 second'
        WHERE id = \(id)
        RETURNING refusals, failures
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            refusals: Int(try row.decode("refusals", as: Int32.self)),
            failures: Int(try row.decode("failures", as: Int32.self))
        )
    }
}

/// Puts single events in the place of a micro-batch, so that the one at fault shows.
struct SplitForwarding: Statement {
    static var sample: Self { Self(id: 1, events: []) }

    var id: Int64
    var events: [String]

    var sql: SQL {
        """
        WITH whole AS (
            DELETE FROM tracking.forwarding
            WHERE id = \(id)
            RETURNING message_kind, created_at
        )
        INSERT INTO tracking.forwarding (message_kind, event_count, events, created_at)
        SELECT whole.message_kind, 1, single.events, whole.created_at
        FROM whole
        CROSS JOIN unnest(\(events)) WITH ORDINALITY AS single (events, position)
        ORDER BY single.position
        """
    }
}

/// Moves a micro-batch aside.
struct MoveAside: Statement {
    static var sample: Self { Self(id: 1) }

    var id: Int64

    var sql: SQL {
        """
        WITH removed AS (
            DELETE FROM tracking.forwarding
            WHERE id = \(id)
            RETURNING id, message_kind, event_count, events, created_at, refusals + failures AS attempts, last_error
        )
        INSERT INTO tracking.refused_events (id, message_kind, event_count, events, created_at, attempts, last_error)
        SELECT removed.id, removed.message_kind, removed.event_count, removed.events, removed.created_at, removed.attempts, removed.last_error
        FROM removed
        """
    }
}

/// Puts everything that was moved aside back, as new.
struct RedriveRefused: Statement {
    static var sample: Self { Self() }

    var sql: SQL {
        """
        WITH removed AS (
            DELETE FROM tracking.refused_events
            RETURNING id, message_kind, event_count, events, created_at
        )
        INSERT INTO tracking.forwarding (message_kind, event_count, events, created_at)
        SELECT removed.message_kind, removed.event_count, removed.events, removed.created_at
        FROM removed
        ORDER BY removed.id
        """
    }
}

/// One line for each item that was moved aside, for `verify`; at most 100.
struct RefusedLines: Statement {
    static var sample: Self { Self() }

    var sql: SQL {
        """
        SELECT pg_catalog.format('link events %s (%s of them) were refused: %s', refused_events.id, refused_events.event_count, refused_events.last_error)
            AS line
        FROM tracking.refused_events
        ORDER BY refused_events.id
        LIMIT 100
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("line") }
}

/// The numbers of the forwarding, as those of a queue.
struct ForwardingNumbers: Statement {
    static var sample: Self { Self() }

    var sql: SQL {
        """
        SELECT
            (SELECT pg_catalog.count(*) FROM tracking.forwarding) AS waiting,
            (SELECT pg_catalog.count(*) FROM tracking.refused_events) AS dead
        """
    }

    func decode(_ row: Row) throws -> QueueNumbers {
        QueueNumbers(name: GetForwarding.queue, waiting: try row.decode("waiting"), inFlight: 0, dead: try row.decode("dead"))
    }
}

/// What waits, or was moved aside, oldest first, untouched.
struct PeekForwardingRows: Statement {
    static var sample: Self { Self(dead: true, limit: 1) }

    var dead: Bool
    var limit: Int

    var sql: SQL {
        """
        SELECT shown.id, shown.events, shown.attempts, shown.created_at, shown.last_error
        FROM (
            SELECT id, events, refusals + failures AS attempts, created_at, last_error
            FROM tracking.forwarding
            WHERE NOT \(dead)
            UNION ALL
            SELECT id, events, attempts, created_at, last_error
            FROM tracking.refused_events
            WHERE \(dead)
        ) AS shown
        ORDER BY shown.id
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> QueuedMessage {
        let events = "[" + (try row.decode("events", as: String.self)) + "]"
        return QueuedMessage(
            id: try row.decode("id"),
            body: (try? JSONValue.parse(events)) ?? .string(events),
            receiveCount: Int64(try row.decode("attempts", as: Int32.self)),
            enqueuedAt: try row.decode("created_at"),
            lastError: try row.decode("last_error")
        )
    }
}
