import Postgres

/// The last migration of a schema.
package enum SchemaVersion {
    /// - Returns: the migration's name; empty when the schema has none.
    package static func current(of name: ServiceName, in executor: some PostgresExecutor) async throws -> String {
        func read<Schema: SchemaTag>(_: Schema.Type) async throws -> String {
            try await executor.first(LastMigration<Schema>()) ?? ""
        }
        return try await read(name.schemaTag)
    }
}

struct LastMigration<Schema: SchemaTag>: Statement {
    static var sample: Self { Self() }
    var sql: SQL { "SELECT coalesce(max(name), '') AS name FROM \(unescaped: Schema.name).migrations" }
    func decode(_ row: Row) throws -> String { try row.decode("name") }
}
