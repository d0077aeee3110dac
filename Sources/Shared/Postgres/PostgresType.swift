/// A type of the server by its OID; the built-in ones never change (`src/include/catalog/pg_type.dat` of PostgreSQL).
package struct PostgresType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let bool = PostgresType(rawValue: 16)
    package static let bytea = PostgresType(rawValue: 17)
    package static let char = PostgresType(rawValue: 18)
    package static let name = PostgresType(rawValue: 19)
    package static let int8 = PostgresType(rawValue: 20)
    package static let int2 = PostgresType(rawValue: 21)
    package static let int4 = PostgresType(rawValue: 23)
    package static let text = PostgresType(rawValue: 25)
    package static let oid = PostgresType(rawValue: 26)
    package static let json = PostgresType(rawValue: 114)
    package static let float4 = PostgresType(rawValue: 700)
    package static let float8 = PostgresType(rawValue: 701)
    package static let unknown = PostgresType(rawValue: 705)
    package static let bpchar = PostgresType(rawValue: 1042)
    package static let varchar = PostgresType(rawValue: 1043)
    package static let date = PostgresType(rawValue: 1082)
    package static let timestamp = PostgresType(rawValue: 1114)
    package static let timestamptz = PostgresType(rawValue: 1184)
    package static let numeric = PostgresType(rawValue: 1700)
    package static let void = PostgresType(rawValue: 2278)
    package static let uuid = PostgresType(rawValue: 2950)
    package static let jsonb = PostgresType(rawValue: 3802)

    /// Each array type and what it is an array of.
    static let elements: [PostgresType: PostgresType] = [
        PostgresType(rawValue: 1000): .bool, PostgresType(rawValue: 1001): .bytea, PostgresType(rawValue: 1003): .name,
        PostgresType(rawValue: 1005): .int2, PostgresType(rawValue: 1007): .int4, PostgresType(rawValue: 1009): .text,
        PostgresType(rawValue: 1014): .bpchar, PostgresType(rawValue: 1015): .varchar, PostgresType(rawValue: 1016): .int8,
        PostgresType(rawValue: 1021): .float4, PostgresType(rawValue: 1022): .float8, PostgresType(rawValue: 1028): .oid,
        PostgresType(rawValue: 1115): .timestamp, PostgresType(rawValue: 1182): .date, PostgresType(rawValue: 1185): .timestamptz,
        PostgresType(rawValue: 1231): .numeric, PostgresType(rawValue: 199): .json, PostgresType(rawValue: 2951): .uuid,
        PostgresType(rawValue: 3807): .jsonb,
    ]

    static let arrays: [PostgresType: PostgresType] = Dictionary(uniqueKeysWithValues: elements.map { ($0.value, $0.key) })

    static let names: [PostgresType: String] = [
        .bool: "bool", .bytea: "bytea", .char: "char", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4", .text: "text",
        .oid: "oid",
        .json: "json", .float4: "float4", .float8: "float8", .unknown: "unknown", .bpchar: "bpchar", .varchar: "varchar", .date: "date",
        .timestamp: "timestamp", .timestamptz: "timestamptz", .numeric: "numeric", .void: "void", .uuid: "uuid", .jsonb: "jsonb",
    ]

    /// The array type of this element type; ``unknown`` when we know none.
    package var array: PostgresType {
        switch self {
        case .int8: PostgresType(rawValue: 1016)
        case .text: PostgresType(rawValue: 1009)
        default: Self.arrays[self] ?? .unknown
        }
    }

    /// OIDs below this are built in; above are types that the database defines (enumerations, extensions).
    var isUserDefined: Bool { rawValue >= 16_384 }
}

extension PostgresType: CustomStringConvertible {
    package var description: String {
        if let name = Self.names[self] { return name }
        if let element = Self.elements[self] { return "\(element)[]" }
        return "type \(rawValue)"
    }
}
