import CLibPQ

/// One row of a result; columns by name, decoded when asked for.
///
/// It keeps the whole result in memory.
package struct Row: Sendable {
    let result: PostgresResult
    let index: CInt

    /// The column's value.
    ///
    /// Throws ``RowError`` when there is no such column, it is NULL, or it is not readable as this type.
    package func decode<Value: PostgresDecodable>(_ column: StaticString, as type: Value.Type = Value.self) throws -> Value {
        guard let value: Value = try decodeIfPresent(column) else { throw error(column, Value.self, .null) }
        return value
    }

    /// The column's value, nil for NULL.
    package func decodeIfPresent<Value: PostgresDecodable>(_ column: StaticString, as type: Value.Type = Value.self) throws -> Value? {
        guard let number = result.column(named: column) else { throw error(column, Value.self, .missing) }
        return try result.withPointer { pointer -> Value? in
            guard PQgetisnull(pointer, index, number) == 0 else { return nil }
            let bytes = UnsafeRawBufferPointer(start: PQgetvalue(pointer, index, number), count: Int(PQgetlength(pointer, index, number)))
            let value = PostgresValue(type: PostgresType(rawValue: PQftype(pointer, number)), bytes: bytes)
            do throws(PostgresValueError) { return try Value(postgres: value) } catch {
                throw self.error(column, Value.self, error == .type ? .type(value.type) : .value(value.type))
            }
        }
    }

    private func error(_ column: StaticString, _ type: Any.Type, _ problem: RowError.Problem) -> RowError {
        RowError(column: column.description, swiftType: String(describing: type), problem: problem)
    }
}

/// A column that cannot be read as the Swift type that was asked for.
///
/// Never holds the value.
package struct RowError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Problem: Sendable, Equatable {
        case missing
        case null
        /// The column has this type, which is never read so.
        case type(PostgresType)
        /// The type fits, this value does not.
        case value(PostgresType)
    }

    package let column: String
    package let swiftType: String
    package let problem: Problem
    /// The type name of the statement.
    package var statement: String?

    package var description: String {
        let place = statement.map { " of \($0)" } ?? ""
        return switch problem {
        case .missing: "column \(column)\(place) is not in the result"
        case .null: "column \(column)\(place) is NULL, expected \(swiftType)"
        case .type(let type): "column \(column)\(place) is \(type), which is not readable as \(swiftType)"
        case .value(let type): "column \(column)\(place) of type \(type) holds a value that is no \(swiftType)"
        }
    }
}
