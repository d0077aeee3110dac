import Postgres
import TestSupport
import Testing

@Suite("COPY", .timeLimit(.minutes(1)), .database(Shop.migrations)) struct CopyTests {
    private let into: SQL = "COPY shop.items (id, name) FROM STDIN"
    private func pool() throws -> PostgresPool { try #require(TestDatabase.current).pool(asRole: "test_shop") }

    @Test("100,000 rows go in and come out") func manyRows() async throws {
        let pool = try pool()
        var next: Int64 = 0
        let copied = try await pool.withConnection { connection in
            try await connection.copyIn(into) {
                guard next < 100_000 else { return nil }
                var writer = CopyTextWriter()
                for _ in 0..<5_000 {
                    next += 1
                    writer.integer(next)
                    if next % 10 == 0 { writer.null() } else { writer.text("name\t\(next)\\\n\r") }
                    writer.endRow()
                }
                return writer.takeBytes()
            }
        }
        #expect(copied == 100_000)
        #expect(try await pool.first(ItemName(id: 7)) == "name\t7\\\n\r")
        #expect(try await pool.first(ItemName(id: 10)) == .some(nil))
        var rows = 0
        try await pool.withConnection { connection in
            try await connection.copyOut("COPY shop.items TO STDOUT") { rows += $0.filter { $0 == UInt8(ascii: "\n") }.count }
        }
        #expect(rows == 100_000)
        #expect(try await pool.first(CountItems()) == 100_000)
    }

    @Test("a chunk larger than any socket buffer goes in whole") func largeChunk() async throws {
        let pool = try pool()
        var writer = CopyTextWriter()
        writer.integer(1)
        writer.text(String(repeating: "x", count: 20_000_000))
        writer.endRow()
        var chunks = [writer.takeBytes()]
        let copied = try await pool.withConnection { try await $0.copyIn(into) { chunks.popLast() } }
        #expect(copied == 1)
    }

    @Test("a source that fails copies nothing, and its error is rethrown") func failingSource() async throws {
        struct Broken: Error {}
        let pool = try pool()
        var count = 0
        await #expect(throws: Broken.self) {
            try await pool.withConnection { connection in
                try await connection.copyIn(into) {
                    count += 1
                    if count > 3 { throw Broken() }
                    return Array("\(count)\tx\n".utf8)
                }
            }
        }
        #expect(try await pool.first(CountItems()) == 0)
    }

    @Test("a row that the table refuses fails the copy with its constraint") func refusedRow() async throws {
        let pool = try pool()
        var chunks = ["2\t\n", "1\tone\n"].map { Array($0.utf8) }
        let error = try await #require(throws: PostgresError.self) {
            try await pool.withConnection { connection in _ = try await connection.copyIn(into) { chunks.popLast() } }
        }
        #expect(error.isCheckViolation(of: "items_name_not_empty"))
        #expect(try await pool.first(CountItems()) == 0)
    }

    @Test("a reader that stops leaves the pool usable, and what is no COPY is refused") func stoppedReader() async throws {
        struct Enough: Error {}
        let pool = try pool()
        await #expect(throws: Enough.self) {
            try await pool.withConnection { connection in
                try await connection.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT") { _ in throw Enough() }
            }
        }
        await #expect(throws: PostgresError.self) {
            try await pool.withConnection { connection in try await connection.copyOut("SELECT 1") { _ in } }
        }
        #expect(try await pool.first(CountItems()) == 0)
    }
}

private struct ItemName: Statement {
    static var sample: ItemName { ItemName(id: 1) }
    var id: Int64
    var sql: SQL { "SELECT name FROM shop.items WHERE id = \(id)" }
    func decode(_ row: Row) throws -> String? { try row.decodeIfPresent("name") }
}
