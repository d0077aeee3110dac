import Postgres

/// Takes the session lock that makes one process the pusher of a schema.
struct TryOutboxLock: Statement {
    static let sample = Self(schema: "")
    var schema: String
    var sql: SQL { "SELECT pg_try_advisory_lock(hashtext('datamailer.outbox'), hashtext(\(schema))) AS locked" }
    func decode(_ row: Row) throws -> Bool { try row.decode("locked") }
}

/// Gives the session lock back.
struct ReleaseOutboxLock: Statement {
    static let sample = Self(schema: "")
    var schema: String
    var sql: SQL { "SELECT pg_advisory_unlock(hashtext('datamailer.outbox'), hashtext(\(schema))) AS released" }
    func decode(_ row: Row) throws -> Bool { try row.decode("released") }
}
