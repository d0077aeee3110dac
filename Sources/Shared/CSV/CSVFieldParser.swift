/// Turns a record into fields: quotes removed, doubled quotes made one, text as UTF-8 (RFC 4180).
///
/// A quote that is not the first byte of its field is plain text. Field contents are data and kept as they are: nothing is
/// trimmed, and text that looks like a formula stays that text.
package struct CSVFieldParser: Sendable {
    package var delimiter: UInt8
    package var encoding: CSVEncoding
    /// Refuses records with another number of fields; nil takes any number.
    package var expectedFieldCount: Int?

    package init(delimiter: UInt8 = UInt8(ascii: ","), encoding: CSVEncoding = .utf8, expectedFieldCount: Int? = nil) {
        self.delimiter = delimiter
        self.encoding = encoding
        self.expectedFieldCount = expectedFieldCount
    }

    /// Parses `record` into `row`, which keeps its memory from earlier rows.
    ///
    /// After an error the row's contents mean nothing.
    package func parse(_ record: CSVRecord, into row: inout CSVRow) throws(CSVRefusal) {
        row.line = record.line
        row.recordNumber = record.number
        row.storage.removeAll(keepingCapacity: true)
        row.ranges.removeAll(keepingCapacity: true)
        if let offset = encoding.transcode(record.bytes, to: &row.storage) {
            throw refusal(.invalidEncoding(column: column(of: offset, in: record)), record)
        }
        if let offset = record.bytes.firstIndex(of: 0) {
            throw refusal(.nulByte(column: column(of: offset, in: record)), record)
        }
        if let column = Self.split(&row.storage, into: &row.ranges, delimiter: delimiter) {
            throw refusal(.textAfterQuote(column: column), record)
        }
        if let expectedFieldCount, expectedFieldCount != row.count {
            throw refusal(.wrongFieldCount(expected: expectedFieldCount, found: row.count), record)
        }
    }

    /// Finds the fields in the row's buffer.
    ///
    /// Returns the column of the first field with text after its closing quote.
    private static func split(_ storage: inout [UInt8], into ranges: inout [Range<Int>], delimiter: UInt8) -> Int? {
        storage.withUnsafeMutableBufferPointer { bytes in
            var index = 0
            while true {
                if index < bytes.count, bytes[index] == ASCII.quote {
                    let field = unquote(bytes, from: index)
                    ranges.append(field.content)
                    index = field.next
                    guard index == bytes.count || bytes[index] == delimiter else { return ranges.count }
                } else {
                    let first = index
                    while index < bytes.count, bytes[index] != delimiter { index += 1 }
                    ranges.append(first..<index)
                }
                guard index < bytes.count else { return nil }
                index += 1
            }
        }
    }

    /// Reads a quoted field in place.
    ///
    /// A field without doubled quotes is not moved; a missing closing quote ends at the record's end.
    private static func unquote(_ bytes: UnsafeMutableBufferPointer<UInt8>, from quote: Int) -> (content: Range<Int>, next: Int) {
        let first = quote + 1
        var read = first
        var write = first
        while read < bytes.count {
            if bytes[read] == ASCII.quote {
                guard read + 1 < bytes.count, bytes[read + 1] == ASCII.quote else { return (first..<write, read + 1) }
                read += 1
            }
            if read != write { bytes[write] = bytes[read] }
            read += 1
            write += 1
        }
        return (first..<write, bytes.count)
    }

    private func refusal(_ reason: CSVRefusal.Reason, _ record: CSVRecord) -> CSVRefusal {
        CSVRefusal(reason, line: record.line, recordNumber: record.number)
    }

    /// The column, from 1, in which the byte at `offset` stands.
    private func column(of offset: Int, in record: CSVRecord) -> Int {
        var column = 1
        var isQuoted = false
        var isFieldStart = true
        for byte in record.bytes[..<offset] {
            if byte == ASCII.quote, isFieldStart || isQuoted {
                isQuoted.toggle()
            } else if byte == delimiter, !isQuoted {
                column += 1
                isFieldStart = true
                continue
            }
            isFieldStart = false
        }
        return column
    }
}
