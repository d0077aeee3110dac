import CLibPQ
import Glibc

/// Checks statements against the schema: each prepares, binds the types that the server expects, and decodes columns that exist and fit.
package enum StatementVerifier {
    /// Throws at the first statement that does not fit.
    ///
    /// The decoder is run on a made-up row (zeros, empty texts, `{}`), so that a missing column and a wrong type show without data;
    /// after the first value that the decoder does not accept (an enumeration, say) nothing more of that statement's row is checked.
    package static func verify(_ types: [any Statement.Type], on connection: PostgresConnection) async throws {
        func sample<S: Statement>(_ type: S.Type) -> any Statement { S.sample }
        for start in stride(from: 0, to: types.count, by: page) {
            let samples = types[start..<min(start + page, types.count)].map { sample($0) }
            for (statement, description) in zip(samples, try await connection.describe(samples)) { try check(statement, description) }
        }
    }

    /// Statements described in one round trip.
    private static let page = 50

    private static func check<S: Statement>(_ statement: S, _ description: StatementDescription) throws {
        let type = S.self
        let bound = statement.sql.bindings.types.map(PostgresType.init(rawValue:))
        guard description.parameterTypes == bound else {
            throw PostgresError(
                statement: String(describing: type),
                message: "the server expects parameters \(description.parameterTypes), the statement binds \(bound)"
            )
        }
        guard !description.columns.isEmpty, let row = SampleRow.make(description.columns) else { return }
        do { _ = try statement.decode(row) } catch var error as RowError {
            switch error.problem {
            case .missing, .type:
                error.statement = String(describing: type)
                throw error
            case .null, .value: return
            }
        } catch {
            // The decoder's own rules do not hold for a made-up row.
            return
        }
    }
}

/// A row of a result that no server sent.
enum SampleRow {
    static func make(_ columns: [StatementDescription.Column]) -> Row? {
        guard let result = PQmakeEmptyPGresult(nil, PGRES_TUPLES_OK) else { return nil }
        let owner = { PostgresResult(result) }
        let names = columns.map { strdup($0.name) }
        defer { for name in names { free(name) } }
        var attributes = zip(columns, names).map { column, name in
            PGresAttDesc(name: name, tableid: 0, columnid: 0, format: 1, typid: column.type.rawValue, typlen: -1, atttypmod: -1)
        }
        guard PQsetResultAttrs(result, CInt(columns.count), &attributes) == 1 else {
            _ = owner()
            return nil
        }
        for (index, column) in columns.enumerated() {
            var value = value(of: column.type).map { CChar(bitPattern: $0) }
            let length = CInt(value.count)
            value.append(0)
            guard PQsetvalue(result, 0, CInt(index), &value, length) == 1 else { break }
        }
        return Row(result: owner(), index: 0)
    }

    private static func value(of type: PostgresType) -> [UInt8] {
        switch type {
        case .bool: [0]
        case .int2: [0, 0]
        case .int4, .float4, .oid, .date: [0, 0, 0, 0]
        case .int8, .float8, .timestamp, .timestamptz: [UInt8](repeating: 0, count: 8)
        case .uuid: [UInt8](repeating: 0, count: 16)
        case .jsonb: [1] + Array("{}".utf8)
        case .json: Array("{}".utf8)
        default: PostgresType.elements[type].map(emptyArray) ?? []
        }
    }

    private static func emptyArray(of element: PostgresType) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(element.rawValue)
        return bytes
    }
}
