import JSON
import Model
import Postgres
import TestSupport
import Testing

@Suite("Statements", .timeLimit(.minutes(1)), .database(Shop.migrations)) struct StatementTests {
    private func pool(prepared: Bool = true) throws -> PostgresPool {
        try #require(TestDatabase.current).pool(asRole: "test_shop", usesPreparedStatements: prepared)
    }

    @Test("a statement gives the same results with and without names at the server", arguments: [true, false])
    func results(prepared: Bool) async throws {
        let pool = try pool(prepared: prepared)
        for value in [Int64.min, -1, 0, 7, .max] { #expect(try await pool.first(SelectInteger(value: value)) == value) }
        #expect(try await pool.execute(InsertItem(id: 1, name: nil)) == 1)
        #expect(try await pool.execute(InsertItem(id: 2, name: "two")) == 1)
        #expect(try await pool.run(CountItems()) == [2])
        let names = try await pool.first(PreparedNames())
        #expect(names?.contains { $0.hasPrefix("SelectInteger_") } == prepared)
    }

    @Test("a violated constraint is told by its state, its name and the statement's, and no value is")
    func constraint() async throws {
        let pool = try pool()
        try await pool.execute(InsertItem(id: 1, name: "secret value"))
        let error = try await #require(throws: PostgresError.self) { try await pool.execute(InsertItem(id: 1, name: "secret value")) }
        #expect(error.isUniqueViolation(of: "items_pkey"))
        #expect(error.statement == "InsertItem")
        #expect(!error.isUnavailable)
        #expect(!"\(error)".contains("secret"))
        let check = try await #require(throws: PostgresError.self) { try await pool.execute(InsertItem(id: 2, name: "")) }
        #expect(check.isCheckViolation(of: "items_name_not_empty"))
    }

    @Test("a value that the server cannot read is not repeated in the error") func dataException() async throws {
        let error = try await #require(throws: PostgresError.self) { try await pool().run(CastText(text: "secret")) }
        #expect(error.sqlState == "22P02")
        #expect(!"\(error)".contains("secret"))
    }

    @Test("a type whose text changes is refused") func changingText() async throws {
        let pool = try pool()
        #expect(try await pool.run(ChangingText(flag: true)).count == 1)
        let error = try await #require(throws: PostgresError.self) { try await pool.run(ChangingText(flag: false)) }
        #expect(error.statement == "ChangingText")
    }

    @Test("a column that is missing, NULL or of another type is named") func rowErrors() async throws {
        let pool = try pool()
        func problem(_ read: ReadColumn.Read) async throws -> RowError.Problem {
            try await #require(throws: RowError.self) { try await pool.run(ReadColumn(read: read)) }.problem
        }
        #expect(try await problem(.missing) == .missing)
        #expect(try await problem(.null) == .null)
        #expect(try await problem(.type) == .type(.text))
        #expect(try await problem(.value) == .value(.text))
    }

    @Test("a statement that the server forgot is carried out all the same") func forgotten() async throws {
        let pool = try pool()
        let value = try await pool.withConnection { connection in
            _ = try await connection.run(SelectInteger(value: 1))
            try await connection.script("DEALLOCATE ALL")
            return try await connection.first(SelectInteger(value: 5))
        }
        #expect(value == 5)
        #expect(try await pool.first(SelectInteger(value: 6)) == 6)
    }

    @Test("statements are checked against the schema before they run") func verify() async throws {
        let pool = try pool()
        try await pool.prepareAll([SelectInteger.self, InsertItem.self, CountItems.self, Sleep.self, PreparedNames.self])
        let unknown = try await #require(throws: PostgresError.self) { try await pool.prepareAll([UnknownTable.self]) }
        #expect(unknown.sqlState == "42P01" && unknown.statement == "UnknownTable")
        let wrong = try await #require(throws: RowError.self) { try await pool.prepareAll([WrongColumn.self]) }
        #expect(wrong.problem == .missing && wrong.statement == "WrongColumn")
        await #expect(throws: RowError.self) { try await pool.prepareAll([WrongType.self]) }
        let description = try #require(try await pool.withConnection { try await $0.describe([InsertItem.sample]) }.first)
        #expect(description.parameterTypes == [.int8, .text] && description.columns.isEmpty)
    }

    @Test("several statements travel together and are all carried out or none") func pipeline() async throws {
        let pool = try pool()
        let counts = try await pool.pipeline([
            InsertItem(id: 1), InsertItem(id: 2), SelectInteger(value: 1), CountItems(), InsertItem(id: 3),
        ])
        #expect(counts == [1, 1, 1, 1, 1])
        let error = try await #require(throws: PostgresError.self) { try await pool.pipeline([InsertItem(id: 4), InsertItem(id: 1)]) }
        #expect(error.isUniqueViolation())
        #expect(try await pool.first(CountItems()) == 3)
        #expect(try await pool.pipeline((10..<3_010).map { InsertItem(id: Int64($0)) }).count == 3_000)
        #expect(try await pool.first(CountItems()) == 3_003)
        #expect(try await pool.pipeline([]).isEmpty)
    }
}

private struct PreparedNames: Statement {
    static var sample: PreparedNames { PreparedNames() }
    var sql: SQL { "SELECT coalesce(array_agg(name), '{}') AS names FROM pg_catalog.pg_prepared_statements" }
    func decode(_ row: Row) throws -> [String] { try row.decode("names") }
}

private struct CastText: Statement {
    static var sample: CastText { CastText(text: "1") }
    var text: String
    var sql: SQL { "SELECT \(text)::integer" }
}

private struct ChangingText: Statement {
    static var sample: ChangingText { ChangingText(flag: true) }
    var flag: Bool
    var sql: SQL { flag ? "SELECT 1" : "SELECT 2" }
}

private struct ReadColumn: Statement {
    enum Read: Sendable { case missing, null, type, value }
    enum Size: String, PostgresDecodable { case small }

    static var sample: ReadColumn { ReadColumn(read: .null) }
    var read: Read
    var sql: SQL { "SELECT NULL::text AS nothing, 'large' AS size" }
    func decode(_ row: Row) throws {
        switch read {
        case .missing: _ = try row.decode("absent", as: String.self)
        case .null: _ = try row.decode("nothing", as: String.self)
        case .type: _ = try row.decode("size", as: Int64.self)
        case .value: _ = try row.decode("size", as: Size.self)
        }
    }
}

private struct UnknownTable: Statement {
    static var sample: UnknownTable { UnknownTable() }
    var sql: SQL { "SELECT id FROM shop.nothing" }
}

private struct WrongColumn: Statement {
    static var sample: WrongColumn { WrongColumn() }
    var sql: SQL { "SELECT id FROM shop.items" }
    func decode(_ row: Row) throws -> Int64 { try row.decode("identifier") }
}

private struct WrongType: Statement {
    static var sample: WrongType { WrongType() }
    var sql: SQL { "SELECT name FROM shop.items" }
    func decode(_ row: Row) throws -> Int64 { try row.decode("name") }
}
