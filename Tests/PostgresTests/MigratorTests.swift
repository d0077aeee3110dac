import Postgres
import TestSupport
import Testing

@Suite("Migrator", .timeLimit(.minutes(1)), .database()) struct MigratorTests {
    private static let first = Migration(
        name: "v0001_create_a",
        sql: "CREATE TABLE one.a (id bigint PRIMARY KEY); INSERT INTO one.a VALUES (1)"
    )
    private static let second = Migration(name: "v0002_create_b", sql: "CREATE TABLE one.b (id bigint)")

    private func database() throws -> TestDatabase { try #require(TestDatabase.current) }

    private func migrator(_ migrations: [Migration], schema: String = "one", role: String = "test_one") -> Migrator {
        Migrator(schema: schema, role: role, migrations: migrations)
    }

    @Test("ten at once apply each migration once") func concurrently() async throws {
        let pool = try database().pool(maximumConnections: 10)
        let migrator = migrator([Self.first, Self.second])
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 { group.addTask { try await pool.withConnection { try await migrator.migrate($0) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied == ["v0001_create_a", "v0002_create_b"])
        #expect(try await pool.withConnection { try await migrator.migrate($0) }.isEmpty)
        try await migrator.check(database().pool(asRole: "test_one"))
    }

    @Test("an older, a newer and a changed schema are each refused by name") func check() async throws {
        let owner = try database().pool()
        let service = try database().pool(asRole: "test_one")
        await #expect(throws: MigrationError.notMigrated(schema: "one", missing: ["v0001_create_a"])) {
            try await migrator([Self.first]).check(owner)
        }
        _ = try await owner.withConnection { try await migrator([Self.first]).migrate($0) }
        try await migrator([Self.first]).check(service)
        await #expect(throws: MigrationError.notMigrated(schema: "one", missing: ["v0002_create_b"])) {
            try await migrator([Self.first, Self.second]).check(service)
        }
        await #expect(throws: MigrationError.newer(schema: "one", unknown: ["v0001_create_a"])) { try await migrator([]).check(service) }
        let changed = Migration(name: Self.first.name, sql: Self.first.sql + " ")
        await #expect(throws: MigrationError.changed(schema: "one", name: "v0001_create_a")) {
            try await migrator([changed]).check(service)
        }
        await #expect(throws: MigrationError.changed(schema: "one", name: "v0001_create_a")) {
            _ = try await owner.withConnection { try await migrator([changed]).migrate($0) }
        }
    }

    @Test("a service's commits are durable although the server's default is that they are not") func durable() async throws {
        let owner = try database().pool()
        _ = try await owner.withConnection { try await migrator([Self.first]).migrate($0) }
        let name = try database().name
        try await owner.withConnection { try await $0.script("ALTER DATABASE \(name) SET synchronous_commit = off") }
        #expect(try await database().pool(asRole: "test_one").first(SynchronousCommit()) == "on")
    }

    private struct SynchronousCommit: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT pg_catalog.current_setting('synchronous_commit') AS setting" }
        func decode(_ row: Row) throws -> String { try row.decode("setting") }
    }

    @Test("a migration that fails is undone whole, and those before it stay") func failing() async throws {
        let pool = try database().pool(maximumConnections: 1)
        let broken = Migration(name: "v0002_broken", sql: "CREATE TABLE one.c (id bigint); INSERT INTO one.a VALUES (1)")
        let error = try await #require(throws: PostgresError.self) {
            try await pool.withConnection { try await migrator([Self.first, broken]).migrate($0) }
        }
        #expect(error.isUniqueViolation() && error.statement == "one.v0002_broken")
        #expect(try await pool.withConnection { try await migrator([Self.first, Self.second]).migrate($0) } == ["v0002_create_b"])
        let absent = try await #require(throws: PostgresError.self) { try await pool.withConnection { try await $0.script("TABLE one.c") } }
        #expect(absent.sqlState == "42P01")
    }

    @Test("a role uses its own schema, no other, and changes no table") func walls() async throws {
        let owner = try database().pool()
        let two = Migration(name: "v0001_create_a", sql: "CREATE TABLE two.a (id bigint)")
        try await owner.withConnection { connection in
            try await migrator([Self.first]).migrate(connection)
            try await migrator([two], schema: "two", role: "test_two").migrate(connection)
        }
        let service = try database().pool(asRole: "test_one")
        func state(_ sql: String) async throws -> String? {
            do {
                try await service.withConnection { try await $0.script(sql) }
                return nil
            } catch let error as PostgresError { return error.sqlState }
        }
        #expect(try await state("INSERT INTO one.a VALUES (2)") == nil)
        #expect(try await state("SELECT id FROM two.a") == "42501")
        #expect(try await state("INSERT INTO two.a VALUES (1)") == "42501")
        #expect(try await state("CREATE TABLE one.mine (id bigint)") == "42501")
        #expect(try await state("CREATE TABLE public.mine (id bigint)") == "42501")
        #expect(try await state("DELETE FROM one.migrations") == "42501")
        #expect(try await state("SELECT id FROM a") == "42P01")
    }

    @Test("a role that plans by keys keeps no plan that reads a table whole, made while it was empty") func plansByKeys() async throws {
        let owner = try database().pool()
        func keptPlan(_ plansByKeys: Bool) async throws -> String {
            let migrator = Migrator(schema: "one", role: "test_one", migrations: [Self.first], plansByKeys: plansByKeys)
            _ = try await owner.withConnection { try await migrator.migrate($0) }
            // The settings of a role take effect with its next connection.
            return try await database().pool(asRole: "test_one").run(PlanOfUpdate()).joined(separator: "\n")
        }
        #expect(try await keptPlan(false).contains("Seq Scan on a"))
        #expect(try await !keptPlan(true).contains("Seq Scan on a"))
        #expect(try await keptPlan(false).contains("Seq Scan on a"))
    }

    @Test("tables of later migrations are the role's to use too, and names that need quoting are refused") func later() async throws {
        let owner = try database().pool()
        _ = try await owner.withConnection { try await migrator([Self.first]).migrate($0) }
        _ = try await owner.withConnection { try await migrator([Self.first, Self.second]).migrate($0) }
        try await database().pool(asRole: "test_one").withConnection { try await $0.script("INSERT INTO one.b VALUES (1)") }
        await #expect(throws: MigrationError.invalidName("one; DROP")) {
            _ = try await owner.withConnection { try await migrator([], schema: "one; DROP").migrate($0) }
        }
    }
}

private struct PlanOfUpdate: Statement {
    static let sample = Self()
    var sql: SQL { "EXPLAIN UPDATE one.a SET id = a.id FROM generate_series(1, 10000) AS x (id) WHERE a.id = x.id" }
    func decode(_ row: Row) throws -> String { try row.decode("QUERY PLAN") }
}
