import Postgres

struct AddOutboxItem<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(destination: "", method: "", params: "") }
    var destination: String
    var method: String
    var params: String
    var sql: SQL {
        """
        INSERT INTO \(unescaped: Schema.name).outbox (destination, method, params)
        VALUES (\(destination), \(method), \(params))
        """
    }
}

struct WaitingOutbox<Schema: SchemaTag>: Statement {
    static var sample: Self { Self() }
    var sql: SQL {
        """
        SELECT count(*) AS count, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint AS seconds
        FROM \(unescaped: Schema.name).outbox
        WHERE NOT starts_with(destination, 'dead:')
        """
    }
    func decode(_ row: Row) throws -> OutboxBacklog {
        OutboxBacklog(count: try row.decode("count"), oldestSeconds: try row.decode("seconds"))
    }
}

struct DeadOutboxItems<Schema: SchemaTag>: Statement {
    static var sample: Self { Self() }
    var sql: SQL {
        """
        SELECT format('outbox item %s (%s) was refused: %s', id, method, last_error) AS line
        FROM \(unescaped: Schema.name).outbox
        WHERE starts_with(destination, 'dead:')
        ORDER BY id
        LIMIT 100
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("line") }
}

struct OutboxDestinations<Schema: SchemaTag>: Statement {
    static var sample: Self { Self() }
    var sql: SQL {
        """
        SELECT DISTINCT destination
        FROM \(unescaped: Schema.name).outbox
        WHERE NOT starts_with(destination, 'dead:')
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("destination") }
}

struct OutboxPage<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(destination: "", limit: 1) }
    var destination: String
    var limit: Int
    var sql: SQL {
        """
        SELECT id, method, params
        FROM \(unescaped: Schema.name).outbox
        WHERE destination = \(destination)
        ORDER BY id
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> OutboxItem {
        OutboxItem(id: try row.decode("id"), method: try row.decode("method"), params: try row.decode("params"))
    }
}

struct DeleteOutboxItems<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(ids: []) }
    var ids: [Int64]
    var sql: SQL { "DELETE FROM \(unescaped: Schema.name).outbox WHERE id = ANY(\(ids))" }
}

struct NoteOutboxFailure<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(id: 0, reason: "", isDead: false) }
    var id: Int64
    var reason: String
    var isDead: Bool
    var sql: SQL {
        """
        UPDATE \(unescaped: Schema.name).outbox
        SET attempts = attempts + 1,
            last_error = \(reason),
            destination = CASE WHEN \(isDead) THEN 'dead:' || destination ELSE destination END
        WHERE id = \(id)
        """
    }
}
