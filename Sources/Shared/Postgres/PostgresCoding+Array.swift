extension Array: PostgresEncodable where Element: PostgresEncodable {
    package static var postgresType: PostgresType { Element.postgresType.array }

    /// One dimension, lower bound 1, no nulls (`array_send` of PostgreSQL).
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(Int32(isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Element.postgresType.rawValue)
        guard !isEmpty else { return }
        bytes.appendBigEndian(Int32(truncatingIfNeeded: count))
        bytes.appendBigEndian(Int32(1))
        for element in self {
            let start = bytes.count
            bytes.appendBigEndian(Int32(0))
            element.encode(into: &bytes)
            let length = Int32(truncatingIfNeeded: bytes.count - start - 4)
            Swift.withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// One dimension without nulls; anything else is an error.
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard PostgresType.elements[value.type] != nil || value.type.isUserDefined else { throw .type }
        var reader = ArrayReader(bytes: value.bytes)
        let dimensions = try reader.take(Int32.self)
        _ = try reader.take(Int32.self)
        let element = PostgresType(rawValue: try reader.take(UInt32.self))
        self = []
        guard dimensions != 0 else { return }
        guard dimensions == 1 else { throw .value }
        let count = try reader.take(Int32.self)
        _ = try reader.take(Int32.self)
        guard count >= 0, Int(count) <= value.bytes.count / 4 else { throw .value }
        reserveCapacity(Int(count))
        for _ in 0..<count {
            append(try Element(postgres: PostgresValue(type: element, bytes: try reader.takeElement())))
        }
    }
}

private struct ArrayReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    mutating func take<Value: FixedWidthInteger>(_: Value.Type) throws(PostgresValueError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - offset >= size else { throw .value }
        defer { offset += size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    mutating func takeElement() throws(PostgresValueError) -> UnsafeRawBufferPointer {
        let length = Int(try take(Int32.self))
        guard length >= 0, bytes.count - offset >= length else { throw .value }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }
}
