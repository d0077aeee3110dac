extension Array where Element == UInt8 {
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }
    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard value.type == .bool else { throw .type }
        self = try value.integer(UInt8.self) != 0
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }
    package func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard value.type == .int2 else { throw .type }
        self = try value.integer()
    }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }
    package func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        switch value.type {
        case .int4: self = try value.integer()
        case .int2: self = Int32(try value.integer(Int16.self))
        default: throw .type
        }
    }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(self) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) { self = try value.wideInteger() }
}

extension Int: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(Int64(self)) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) { self = Int(try value.wideInteger()) }
}

extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }
    package func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(bitPattern) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        switch value.type {
        case .float8: self = Double(bitPattern: try value.integer())
        case .float4: self = Double(Float(bitPattern: try value.integer()))
        default: throw .type
        }
    }
}
