import Postgres

/// The table of one schema's outbox.
protocol OutboxTable: Sendable {
    func add(destination: String, method: String, params: String, in executor: some PostgresExecutor) async throws
    func backlog(in executor: some PostgresExecutor) async throws -> OutboxBacklog
    func deadItems(in executor: some PostgresExecutor) async throws -> [String]
    /// The destinations that something waits for.
    func destinations(in executor: some PostgresExecutor) async throws -> [String]
    /// The oldest items for one destination.
    func page(of destination: String, limit: Int, in executor: some PostgresExecutor) async throws -> [OutboxItem]
    func delete(_ ids: [Int64], in executor: some PostgresExecutor) async throws
    /// Notes why an item did not go; moves it aside when `isDead`.
    func noteFailure(of id: Int64, reason: String, isDead: Bool, in executor: some PostgresExecutor) async throws
}

/// What waits in an outbox and can still go.
package struct OutboxBacklog: Sendable, Equatable {
    package var count = 0
    /// Since the oldest of them was written.
    package var oldestSeconds = 0
}

struct OutboxItem: Sendable, Equatable {
    var id: Int64
    var method: String
    var params: String
}

struct SchemaOutboxTable<Schema: SchemaTag>: OutboxTable {
    init(_: Schema.Type) {}

    func add(destination: String, method: String, params: String, in executor: some PostgresExecutor) async throws {
        try await executor.execute(AddOutboxItem<Schema>(destination: destination, method: method, params: params))
    }

    func backlog(in executor: some PostgresExecutor) async throws -> OutboxBacklog {
        try await executor.first(WaitingOutbox<Schema>()) ?? OutboxBacklog()
    }

    func deadItems(in executor: some PostgresExecutor) async throws -> [String] { try await executor.run(DeadOutboxItems<Schema>()) }

    func destinations(in executor: some PostgresExecutor) async throws -> [String] { try await executor.run(OutboxDestinations<Schema>()) }

    func page(of destination: String, limit: Int, in executor: some PostgresExecutor) async throws -> [OutboxItem] {
        try await executor.run(OutboxPage<Schema>(destination: destination, limit: limit))
    }

    func delete(_ ids: [Int64], in executor: some PostgresExecutor) async throws {
        try await executor.execute(DeleteOutboxItems<Schema>(ids: ids))
    }

    func noteFailure(of id: Int64, reason: String, isDead: Bool, in executor: some PostgresExecutor) async throws {
        try await executor.execute(NoteOutboxFailure<Schema>(id: id, reason: reason, isDead: isDead))
    }
}

extension ServiceName {
    /// The outbox of the service's schema.
    var outboxTable: any OutboxTable {
        func table<Schema: SchemaTag>(_ tag: Schema.Type) -> any OutboxTable { SchemaOutboxTable(tag) }
        return table(schemaTag)
    }
}
