/// The parameters of one run of a statement, in one buffer, in binary format.
struct PostgresBindings: Sendable {
    private struct Entry {
        var type: UInt32
        var start: Int
        /// -1 is NULL.
        var length: Int32
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []

    var count: Int { entries.count }
    var types: [UInt32] { entries.map(\.type) }

    func hasTypes(_ types: [UInt32]) -> Bool { entries.lazy.map(\.type).elementsEqual(types) }

    mutating func reserveCapacity(_ count: Int) {
        guard count > 0 else { return }
        entries.reserveCapacity(count)
        bytes.reserveCapacity(count * 16)
    }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        let start = bytes.count
        value.encode(into: &bytes)
        // The server takes no value beyond 1 GiB; a length that does not fit is refused below as an impossible one.
        let length = Int32(exactly: bytes.count - start) ?? Int32.max
        entries.append(Entry(type: Value.postgresType.rawValue, start: start, length: length))
    }

    mutating func appendNull(_ type: PostgresType) {
        entries.append(Entry(type: type.rawValue, start: bytes.count, length: -1))
    }

    mutating func append(contentsOf other: PostgresBindings) {
        let shift = bytes.count
        bytes += other.bytes
        entries += other.entries.map { Entry(type: $0.type, start: $0.start + shift, length: $0.length) }
    }

    /// False when a value is longer than a message can be.
    var isSendable: Bool { bytes.count < 1 << 30 && entries.count <= 65_535 }

    /// Lends the arrays that libpq wants: values, lengths and formats (all binary).
    func withArrays<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?) -> Result
    ) -> Result {
        guard !entries.isEmpty else { return body(nil, nil, nil) }
        return bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                withUnsafeTemporaryAllocation(of: CInt.self, capacity: count * 2) { numbers in
                    for (index, entry) in entries.enumerated() {
                        values.initializeElement(at: index, to: Self.pointer(bytes, entry))
                        numbers.initializeElement(at: index, to: max(0, entry.length))
                        numbers.initializeElement(at: index + count, to: 1)
                    }
                    return body(values.baseAddress, numbers.baseAddress, numbers.baseAddress.map { UnsafePointer($0 + count) })
                }
            }
        }
    }

    /// libpq takes a null pointer for NULL, so an empty value still needs an address.
    private static func pointer(_ bytes: UnsafeBufferPointer<UInt8>, _ entry: Entry) -> UnsafePointer<CChar>? {
        guard entry.length >= 0 else { return nil }
        guard let base = bytes.baseAddress else { return emptyValue }
        return UnsafeRawPointer(base + entry.start).assumingMemoryBound(to: CChar.self)
    }

    private static var emptyValue: UnsafePointer<CChar>? {
        let empty: StaticString = "-"
        return UnsafeRawPointer(empty.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
