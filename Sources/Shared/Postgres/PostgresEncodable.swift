/// A value that can be bound to a parameter of a statement.
///
/// An enumeration with a raw value that is encodable conforms by naming the protocol.
package protocol PostgresEncodable: Sendable {
    /// The type that the parameter is declared with; the same for every value.
    static var postgresType: PostgresType { get }
    /// Appends the value in the server's binary format.
    func encode(into bytes: inout [UInt8])
}

/// A value that can be read from a column.
///
/// An enumeration with a raw value that is decodable conforms by naming the protocol; an unknown raw value is an error.
package protocol PostgresDecodable: Sendable {
    init(postgres value: PostgresValue) throws(PostgresValueError)
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }
    package func encode(into bytes: inout [UInt8]) { rawValue.encode(into: &bytes) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard let known = Self(rawValue: try RawValue(postgres: value)) else { throw .value }
        self = known
    }
}

/// Why a column cannot be read as a Swift type.
package enum PostgresValueError: Error, Sendable {
    /// The column's type is never read as this Swift type.
    case type
    /// This value of the column has no counterpart in the Swift type.
    case value
}
