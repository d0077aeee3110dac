import Postgres

/// Applies each item once by its id, recorded in the transaction of the effect.
///
/// Its table is `<schema>.inbox (item_key text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`.
package struct Inbox: Sendable {
    /// Longer than any sender keeps trying.
    package static let retentionDays = 90

    private let service: ServiceName

    /// - Parameter schema: the receiver's schema.
    package init(schema: StaticString) { service = ServiceName(schema: schema) }

    /// True the first time for this key; false when it was applied before.
    ///
    /// A nil key is always true.
    ///
    /// Of two transactions with one key at the same time the second waits for the first, and is the first when that rolls back.
    package func isFirst(_ idempotencyKey: String?, in transaction: some PostgresExecutor) async throws -> Bool {
        guard let idempotencyKey else { return true }
        return try await Self.record(service.schemaTag, idempotencyKey, transaction) == 1
    }

    /// Forgets items that were applied so long ago that no sender can still hold them.
    /// - Returns: how many.
    @discardableResult
    package func prune(olderThanDays days: Int = Self.retentionDays, in executor: some PostgresExecutor) async throws -> Int {
        try await Self.prune(service.schemaTag, days, executor)
    }

    private static func record<Schema: SchemaTag>(_: Schema.Type, _ key: String, _ executor: some PostgresExecutor) async throws -> Int {
        try await executor.execute(RecordInboxItem<Schema>(key: key))
    }

    private static func prune<Schema: SchemaTag>(_: Schema.Type, _ days: Int, _ executor: some PostgresExecutor) async throws -> Int {
        try await executor.execute(PruneInbox<Schema>(days: days))
    }
}

struct RecordInboxItem<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(key: "") }
    var key: String
    var sql: SQL {
        """
        INSERT INTO \(unescaped: Schema.name).inbox (item_key)
        VALUES (\(key))
        ON CONFLICT (item_key) DO NOTHING
        """
    }
}

struct PruneInbox<Schema: SchemaTag>: Statement {
    static var sample: Self { Self(days: 1) }
    var days: Int
    var sql: SQL {
        """
        DELETE FROM \(unescaped: Schema.name).inbox
        WHERE applied_at < now() - make_interval(days => \(days)::integer)
        """
    }
}
