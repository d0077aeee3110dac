import Model
import Postgres

/// Adds messages to a queue and wakes its workers on every host.
struct SendQueueMessages: Statement {
    static var sample: Self { Self(queue: .campaignEmail, bodies: [], delaySeconds: 0) }

    var queue: QueueName
    var bodies: [String]
    var delaySeconds: Int64

    var sql: SQL {
        """
        WITH added AS (
            INSERT INTO delivery.queue_messages (queue, body, visible_at)
            SELECT \(queue.rawValue), input.body, pg_catalog.clock_timestamp() + \(delaySeconds) * interval '1 second'
            FROM pg_catalog.unnest(\(bodies)) WITH ORDINALITY AS input (body, position)
            ORDER BY input.position
            RETURNING id
        )
        SELECT pg_catalog.pg_notify('datamailer_delivery_queue', '')
        FROM (SELECT pg_catalog.count(*) AS added FROM added) AS counted
        WHERE counted.added > 0
        """
    }
}

/// Leases the oldest visible messages for the visibility time.
struct ReceiveQueueMessages: Statement {
    static var sample: Self { Self(queue: .campaignEmail, limit: 1) }

    var queue: QueueName
    var limit: Int

    var sql: SQL {
        """
        WITH taken AS MATERIALIZED (
            SELECT ready.id
            FROM delivery.queue_messages AS ready
            WHERE ready.queue = \(queue.rawValue) AND ready.visible_at <= pg_catalog.clock_timestamp()
            ORDER BY ready.visible_at, ready.id
            LIMIT \(limit)
            FOR UPDATE SKIP LOCKED
        )
        UPDATE delivery.queue_messages AS message
        SET
            visible_at = pg_catalog.clock_timestamp() + \(QueueName.visibility.components.seconds) * interval '1 second',
            receive_count = message.receive_count + 1,
            receipt = pg_catalog.nextval('delivery.receipt_sequence')
        FROM taken
        WHERE message.id = taken.id
        RETURNING message.id, message.body, message.receive_count, message.receipt
        """
    }

    func decode(_ row: Row) throws -> ReceivedMessage {
        ReceivedMessage(
            id: try row.decode("id"),
            body: try row.decode("body"),
            receiveCount: Int(try row.decode("receive_count", as: Int32.self)),
            receipt: try row.decode("receipt")
        )
    }
}

/// Prolongs a lease, if the receipt still holds.
struct ExtendQueueMessage: Statement {
    static var sample: Self { Self(message: ReceivedMessage(id: 1, body: "", receiveCount: 1, receipt: 1)) }

    var message: ReceivedMessage

    var sql: SQL {
        """
        UPDATE delivery.queue_messages
        SET visible_at = pg_catalog.clock_timestamp() + \(QueueName.visibility.components.seconds) * interval '1 second'
        WHERE id = \(message.id) AND receipt = \(message.receipt)
        """
    }
}

/// Makes a message visible now and takes this reception back, because nothing went wrong with it.
struct ReleaseQueueMessage: Statement {
    static var sample: Self { Self(message: ReceivedMessage(id: 1, body: "", receiveCount: 1, receipt: 1)) }

    var message: ReceivedMessage

    var sql: SQL {
        """
        UPDATE delivery.queue_messages
        SET visible_at = pg_catalog.clock_timestamp(), receive_count = GREATEST(0, receive_count - 1)
        WHERE id = \(message.id) AND receipt = \(message.receipt)
        """
    }
}

/// Removes a finished message, if the receipt still holds.
struct DeleteQueueMessage: Statement {
    static var sample: Self { Self(message: ReceivedMessage(id: 1, body: "", receiveCount: 1, receipt: 1)) }

    var message: ReceivedMessage

    var sql: SQL {
        """
        DELETE FROM delivery.queue_messages
        WHERE id = \(message.id) AND receipt = \(message.receipt)
        """
    }
}

/// Removes finished messages, each if its receipt still holds.
struct DeleteQueueMessages: Statement {
    static var sample: Self { Self(messages: []) }

    var messages: [ReceivedMessage]

    var sql: SQL {
        """
        DELETE FROM delivery.queue_messages AS message
        USING unnest(\(messages.map(\.id)), \(messages.map(\.receipt))) AS finished (id, receipt)
        WHERE message.id = finished.id AND message.receipt = finished.receipt
        """
    }
}
