/// Builds rows for COPY's binary format (PostgreSQL, COPY, "Binary Format"): cheaper for the server than text, since it parses no numbers,
/// times and escapes.
///
/// Each value must be of its column's very type: the server converts nothing.
package struct CopyBinaryWriter: Sendable {
    /// The signature, no flags, no header extension.
    private static let head: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    private var bytes = CopyBinaryWriter.head

    package init() {}

    /// How many bytes wait to be taken.
    package var count: Int { bytes.count }

    /// Begins a row of so many columns; their values follow.
    package mutating func beginRow(columns: Int16) {
        bytes.appendBigEndian(columns)
    }

    package mutating func value<Value: PostgresEncodable>(_ value: Value) {
        let start = bytes.count
        bytes.appendBigEndian(Int32(0))
        value.encode(into: &bytes)
        let length = Int32(truncatingIfNeeded: bytes.count - start - 4)
        Swift.withUnsafeBytes(of: length.bigEndian) { length in
            for offset in 0..<4 { bytes[start + offset] = length[offset] }
        }
    }

    /// A value, or NULL.
    package mutating func value<Value: PostgresEncodable>(_ value: Value?) {
        if let value { self.value(value) } else { bytes.appendBigEndian(Int32(-1)) }
    }

    /// Ends the data; nothing may follow.
    package mutating func end() {
        bytes.appendBigEndian(Int16(-1))
    }

    /// The bytes so far; the writer goes on after them.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(bytes.count)
        swap(&taken, &bytes)
        return taken
    }
}
