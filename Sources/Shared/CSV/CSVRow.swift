/// The fields of one record, unquoted, as UTF-8 in one buffer.
///
/// A row is made to be used again for the next record: `CSVFieldParser.parse(_:into:)` keeps its memory.
package struct CSVRow: Sendable {
    /// The physical line of the file, from 1, on which the record starts.
    package internal(set) var line = 0
    /// The number of the record, from 1; the header is number 1.
    package internal(set) var recordNumber = 0
    var storage: [UInt8] = []
    var ranges: [Range<Int>] = []

    package init() {}

    /// The number of fields.
    package var count: Int { ranges.count }

    /// The bytes of the field at `index` (from 0, less than `count`), without a copy.
    package subscript(index: Int) -> ArraySlice<UInt8> { storage[ranges[index]] }

    /// The field at `index` as a string.
    package func string(_ index: Int) -> String {
        String(decoding: storage[ranges[index]], as: UTF8.self)
    }

    /// All fields as slices of one buffer.
    package var fields: [ArraySlice<UInt8>] { ranges.map { storage[$0] } }

    /// Lends the bytes of the field at `index` for the duration of the call.
    package func withField<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try storage.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[ranges[index]])) }
    }
}
