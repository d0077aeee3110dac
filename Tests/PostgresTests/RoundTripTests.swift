import Foundation
import JSON
import Model
import Postgres
import TestSupport
import Testing

@Suite("Values", .timeLimit(.minutes(1)), .database(Shop.migrations)) struct RoundTripTests {
    private func pool() throws -> PostgresPool { try #require(TestDatabase.current).pool(asRole: "test_shop") }

    private func expectSame<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ values: [Value]) async throws {
        let pool = try pool()
        for value in values {
            let echoed = try #require(try await pool.first(Echo(value: value)))
            #expect(echoed == value)
        }
        #expect(try await pool.first(Echo<Value>(value: nil)) == .some(nil))
    }

    @Test("numbers and truth come back as they went") func numbers() async throws {
        try await expectSame([true, false])
        try await expectSame([Int16.min, 0, .max])
        try await expectSame([Int32.min, -1, .max])
        try await expectSame([Int64.min, 0, .max])
        try await expectSame([Int.min, 0, .max])
        try await expectSame([0, -0.5, .infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude])
        try await expectSame([ContactID(5), ContactID(.max)])
    }

    @Test("texts come back as they went") func texts() async throws {
        try await expectSame(["", "a", "ü€🙂", "'; DROP TABLE x; --", "\\ \n\t", String(repeating: "é", count: 100_000)])
        try await expectSame([Bytea([]), Bytea([0, 255, 92, 39]), Bytea([UInt8](repeating: 0, count: 70_000))])
        try await expectSame([UUID(), UUID()])
        try await expectSame([RawJSONText("{}"), RawJSONText("[1, 2, null]"), RawJSONText("\"x\"")])
    }

    @Test("moments come back to the microsecond") func moments() async throws {
        try await expectSame(
            [0, -1, 1, 946_684_800_000_000, 253_402_300_799_999_999, -62_135_596_800_000_000].map(Timestamp.init(microseconds:))
        )
        #expect(try await pool().first(Moment()) == [946_684_800_000_000, 946_684_800_500_000, 946_684_800_000_000])
    }

    @Test("arrays come back as they went") func arrays() async throws {
        try await expectSame([[], ["a"], ["", "b,c", "\"{}"]])
        try await expectSame([[], [Int64.min, 0, .max]])
        try await expectSame([[Int32(1), 2]])
        try await expectSame([[true, false]])
        try await expectSame([[Timestamp(microseconds: 7)]])
        try await expectSame([[0.5]])
        try await expectSame([(0..<10_000).map { ContactID(Int64($0)) }])
    }

    @Test("what does not fit the Swift type is an error, never a crash") func misfits() async throws {
        let pool = try pool()
        for text in ["infinity", "-infinity"] { await #expect(throws: RowError.self) { try await pool.run(CastMoment(text: text)) } }
        await #expect(throws: RowError.self) { try await pool.run(NestedArray()) }
        await #expect(throws: RowError.self) { try await pool.run(NullInArray()) }
        let error = try await #require(throws: PostgresError.self) { try await pool.run(Echo(value: "nul\0inside")) }
        #expect(error.sqlState == "22021")
        await #expect(throws: PostgresError.self) { try await pool.run(Echo(value: Timestamp(microseconds: .min))) }
        #expect(try await pool.first(Echo(value: "still here")) == "still here")
    }
}

private struct Echo<Value: PostgresEncodable & PostgresDecodable>: Statement {
    static var sample: Echo { Echo(value: nil) }
    var value: Value?
    var sql: SQL { "SELECT \(value) AS value" }
    func decode(_ row: Row) throws -> Value? { try row.decodeIfPresent("value") }
}

private struct Moment: Statement {
    static var sample: Moment { Moment() }
    var sql: SQL { "SELECT '2000-01-01T00:00:00Z'::timestamptz AS a, '2000-01-01T00:00:00.5'::timestamp AS b, '2000-01-01'::date AS c" }
    func decode(_ row: Row) throws -> [Int64] {
        [
            try row.decode("a", as: Timestamp.self).microseconds, try row.decode("b", as: Timestamp.self).microseconds,
            try row.decode("c", as: Timestamp.self).microseconds,
        ]
    }
}

private struct CastMoment: Statement {
    static var sample: CastMoment { CastMoment(text: "now") }
    var text: String
    var sql: SQL { "SELECT \(text)::timestamptz AS value" }
    func decode(_ row: Row) throws -> Timestamp { try row.decode("value") }
}

private struct NestedArray: Statement {
    static var sample: NestedArray { NestedArray() }
    var sql: SQL { "SELECT ARRAY[[1, 2], [3, 4]]::bigint[] AS value" }
    func decode(_ row: Row) throws -> [Int64] { try row.decode("value") }
}

private struct NullInArray: Statement {
    static var sample: NullInArray { NullInArray() }
    var sql: SQL { "SELECT ARRAY[1, NULL]::bigint[] AS value" }
    func decode(_ row: Row) throws -> [Int64] { try row.decode("value") }
}
