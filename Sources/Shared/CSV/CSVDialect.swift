/// How a CSV file separates its fields, found from its first bytes.
package struct CSVDialect: Equatable, Sendable {
    package var delimiter: UInt8
    /// How many bytes of byte order mark stand before the header; they are UTF-8's, or there are none.
    package var byteOrderMarkLength: Int

    package init(delimiter: UInt8 = UInt8(ascii: ","), byteOrderMarkLength: Int = 0) {
        self.delimiter = delimiter
        self.byteOrderMarkLength = byteOrderMarkLength
    }

    static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), ASCII.tab, UInt8(ascii: "|")]

    /// Looks at the header, the first line that is not blank, of which `bytes` should hold all: the delimiter is that of `,` `;`
    /// TAB `|` which occurs most often outside quotes, the comma when none does, the earlier of this list when two tie.
    ///
    /// - Throws: `CSVFileError.utf16` or `.utf32` for those byte order marks, and `.utf16` when the text has the NUL bytes of
    ///   UTF-16 without a mark.
    package static func detect(_ bytes: some Collection<UInt8>) throws(CSVFileError) -> CSVDialect {
        let head = Array(bytes.prefix(4))
        if head == [0xFF, 0xFE, 0, 0] || head == [0, 0, 0xFE, 0xFF] { throw .utf32 }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { throw .utf16 }
        if head.count >= 2, (head[0] == 0) != (head[1] == 0) { throw .utf16 }
        let mark = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return CSVDialect(delimiter: commonDelimiter(in: bytes.dropFirst(mark)), byteOrderMarkLength: mark)
    }

    private static func commonDelimiter(in bytes: some Collection<UInt8>) -> UInt8 {
        var counts = [Int](repeating: 0, count: delimiters.count)
        var isQuoted = false
        var isBlank = true
        for byte in bytes {
            switch byte {
            case ASCII.lineFeed where !isQuoted && !isBlank, ASCII.carriageReturn where !isQuoted && !isBlank:
                return delimiters[counts.indices.max { counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1) } ?? 0]
            case ASCII.lineFeed, ASCII.carriageReturn:
                continue
            case ASCII.quote:
                isQuoted.toggle()
            default:
                if !isQuoted, let index = delimiters.firstIndex(of: byte) { counts[index] += 1 }
            }
            isBlank = false
        }
        return delimiters[counts.indices.max { counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1) } ?? 0]
    }
}
