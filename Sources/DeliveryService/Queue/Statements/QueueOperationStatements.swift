import Contracts
import JSON
import Model
import Postgres

/// The numbers of every queue.
struct CountQueues: Statement {
    static var sample: Self { Self() }

    var sql: SQL {
        """
        SELECT
            names.queue,
            (
                SELECT pg_catalog.count(*) FROM delivery.queue_messages AS waiting
                WHERE waiting.queue = names.queue AND (waiting.receipt = 0 OR waiting.visible_at <= pg_catalog.clock_timestamp())
            ) AS waiting,
            (
                SELECT pg_catalog.count(*) FROM delivery.queue_messages AS leased
                WHERE leased.queue = names.queue AND leased.receipt > 0 AND leased.visible_at > pg_catalog.clock_timestamp()
            ) AS in_flight,
            (SELECT pg_catalog.count(*) FROM delivery.dead_letters AS dead WHERE dead.queue = names.queue) AS dead
        FROM pg_catalog.unnest(\(QueueName.allCases.map(\.rawValue))) WITH ORDINALITY AS names (queue, position)
        ORDER BY names.position
        """
    }

    func decode(_ row: Row) throws -> QueueNumbers {
        QueueNumbers(
            name: try row.decode("queue"),
            waiting: try row.decode("waiting"),
            inFlight: try row.decode("in_flight"),
            dead: try row.decode("dead")
        )
    }
}

/// How many messages of a queue are visible now, or will be within some seconds.
struct CountReadyMessages: Statement {
    static var sample: Self { Self(withinSeconds: 0) }

    var withinSeconds: Int64

    var sql: SQL {
        """
        SELECT pg_catalog.count(*) AS ready
        FROM delivery.queue_messages
        WHERE visible_at <= pg_catalog.clock_timestamp() + \(withinSeconds) * interval '1 second'
        """
    }

    func decode(_ row: Row) throws -> Int { try row.decode("ready") }
}

/// Messages of a queue or its dead letters, oldest first, untouched.
struct PeekMessages: Statement {
    static var sample: Self { Self(queue: .campaignEmail, dead: false, limit: 1) }

    var queue: QueueName
    var dead: Bool
    var limit: Int

    var sql: SQL {
        """
        SELECT shown.id, shown.body, shown.receive_count, shown.enqueued_at, shown.last_error
        FROM (
            SELECT id, body, receive_count, enqueued_at, last_error
            FROM delivery.queue_messages
            WHERE NOT \(dead) AND queue = \(queue.rawValue)
            UNION ALL
            SELECT id, body, receive_count, enqueued_at, last_error
            FROM delivery.dead_letters
            WHERE \(dead) AND queue = \(queue.rawValue)
        ) AS shown
        ORDER BY shown.id
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> QueuedMessage {
        let body: String = try row.decode("body")
        return QueuedMessage(
            id: try row.decode("id"),
            body: (try? JSONValue.parse(body)) ?? .string(body),
            receiveCount: Int64(try row.decode("receive_count", as: Int32.self)),
            enqueuedAt: try row.decode("enqueued_at"),
            lastError: try row.decode("last_error")
        )
    }
}

/// Moves all dead letters of a queue back to it, as new messages; transactional messages that failed with their entry wait again.
struct RedriveMessages: Statement {
    static var sample: Self { Self(queue: .campaignEmail) }

    var queue: QueueName

    var sql: SQL {
        """
        WITH removed AS (
            DELETE FROM delivery.dead_letters
            WHERE queue = \(queue.rawValue)
            RETURNING id, body, message_id
        ), revived AS (
            UPDATE delivery.transactional_messages AS message
            SET status = 'queued', last_error = '', not_before = NULL, updated_at = pg_catalog.clock_timestamp()
            FROM removed
            WHERE message.id = removed.message_id AND message.status = 'failed' AND message.email <> ''
        )
        INSERT INTO delivery.queue_messages (queue, body)
        SELECT \(queue.rawValue), removed.body
        FROM removed
        ORDER BY removed.id
        """
    }
}

/// Enqueues the messages of a batch, unless this generation of the batch was enqueued before.
struct EnqueueBatch: Statement {
    static var sample: Self { Self(batchID: BatchID(1), generation: 0, bodies: []) }

    var batchID: BatchID
    var generation: Int64
    var bodies: [String]

    var sql: SQL {
        """
        WITH first_time AS (
            INSERT INTO delivery.enqueued_batches (batch_id, generation)
            VALUES (\(batchID), \(generation))
            ON CONFLICT DO NOTHING
            RETURNING batch_id
        ), added AS (
            INSERT INTO delivery.queue_messages (queue, body)
            SELECT 'campaign-email', input.body
            FROM first_time, pg_catalog.unnest(\(bodies)) WITH ORDINALITY AS input (body, position)
            ORDER BY input.position
            RETURNING id
        )
        SELECT pg_catalog.pg_notify('datamailer_delivery_queue', '')
        FROM (SELECT pg_catalog.count(*) AS added FROM added) AS counted
        WHERE counted.added > 0
        """
    }
}

/// Forgets dead letters of the queues that outsiders fill; those of ours stand for work of ours and stay.
struct ForgetDeadNotifications: Statement {
    static var sample: Self { Self(olderThanDays: 60) }

    var olderThanDays: Int

    var sql: SQL {
        """
        DELETE FROM delivery.dead_letters
        WHERE queue IN ('ses-webhooks', 'email-events') AND died_at < pg_catalog.now() - \(olderThanDays) * interval '1 day'
        """
    }
}

/// Forgets batches that no outbox can repeat any more.
struct ForgetEnqueuedBatches: Statement {
    static var sample: Self { Self(olderThanDays: 30) }

    var olderThanDays: Int

    var sql: SQL {
        """
        DELETE FROM delivery.enqueued_batches
        WHERE enqueued_at < pg_catalog.now() - \(olderThanDays) * interval '1 day'
        """
    }
}
