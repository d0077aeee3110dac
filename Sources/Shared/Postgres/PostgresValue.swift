/// A value of a column as the server sent it, in binary format, valid only while it is being decoded.
package struct PostgresValue {
    package let type: PostgresType
    package let bytes: UnsafeRawBufferPointer

    /// The value as a big-endian integer of exactly this width.
    package func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(PostgresValueError) -> Value {
        guard bytes.count == MemoryLayout<Value>.size else { throw .value }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    /// Any of the server's integer types, widened.
    package func wideInteger() throws(PostgresValueError) -> Int64 {
        switch type {
        case .int8: try integer(Int64.self)
        case .int4: Int64(try integer(Int32.self))
        case .int2: Int64(try integer(Int16.self))
        case .oid: Int64(try integer(UInt32.self))
        default: throw .type
        }
    }

    /// The text of `json` or `jsonb` (whose binary format is a version byte before the text).
    package func jsonText() throws(PostgresValueError) -> UnsafeRawBufferPointer {
        switch type {
        case .json: return bytes
        case .jsonb:
            guard bytes.first == 1 else { throw .value }
            return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        default: throw .type
        }
    }
}
