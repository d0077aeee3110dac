import Foundation
import JSON
import Model
import Postgres
import TestSupport

struct SelectInteger: Statement {
    static var sample: SelectInteger { SelectInteger(value: 1) }
    var value: Int64
    var sql: SQL { "SELECT \(value) AS value" }
    func decode(_ row: Row) throws -> Int64 { try row.decode("value") }
}

struct InsertItem: Statement {
    static var sample: InsertItem { InsertItem(id: 1, name: "") }
    var id: Int64
    var name: String?
    var sql: SQL { "INSERT INTO shop.items (id, name) VALUES (\(id), \(name))" }
}

struct CountItems: Statement {
    static var sample: CountItems { CountItems() }
    var sql: SQL { "SELECT count(*) AS count FROM shop.items" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}

struct BackendPID: Statement {
    static var sample: BackendPID { BackendPID() }
    var sql: SQL { "SELECT pg_backend_pid() AS pid" }
    func decode(_ row: Row) throws -> Int32 { try row.decode("pid") }
}

struct Sleep: Statement {
    static var sample: Sleep { Sleep(seconds: 0) }
    var seconds: Double
    var sql: SQL { "SELECT pg_sleep(\(seconds))" }
}

struct Terminate: Statement {
    static var sample: Terminate { Terminate(pid: 0) }
    var pid: Int32
    var sql: SQL { "SELECT pg_terminate_backend(\(pid), 5000) AS done" }
    func decode(_ row: Row) throws -> Bool { try row.decode("done") }
}

struct Notify: Statement {
    static var sample: Notify { Notify(channel: "", payload: "") }
    var channel: String
    var payload: String
    var sql: SQL { "SELECT pg_notify(\(channel), \(payload))" }
}

enum Shop {
    static let migrations: TestDatabase.SchemaMigrations = (
        schema: "shop", role: "test_shop",
        migrations: [
            Migration(
                name: "v0001_create_items",
                sql: """
                    CREATE TABLE shop.items (
                        id bigint CONSTRAINT items_pkey PRIMARY KEY,
                        name text CONSTRAINT items_name_not_empty CHECK (name <> '')
                    );
                    """
            )
        ]
    )

    static func database() async throws -> TestDatabase { try await TestDatabase.create(migrations: [migrations]) }
}
