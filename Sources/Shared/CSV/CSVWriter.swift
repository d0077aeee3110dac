/// Writes records by RFC 4180: CRLF, quotes where a field needs them, quotes in a field doubled.
package struct CSVWriter: Sendable {
    /// What was written and not yet taken.
    package private(set) var bytes: [UInt8] = []
    private let delimiter: UInt8
    private let guardsFormulas: Bool

    /// A writer.
    ///
    /// `guardsFormulas` passes each field through `CSVFormulaGuard`; exports for people keep it on.
    package init(delimiter: UInt8 = UInt8(ascii: ","), guardsFormulas: Bool = true) {
        self.delimiter = delimiter
        self.guardsFormulas = guardsFormulas
    }

    /// Appends one record.
    package mutating func writeRecord(_ fields: some Sequence<String>) {
        let start = bytes.count
        var count = 0
        for field in fields {
            if count > 0 { bytes.append(delimiter) }
            count += 1
            write(guardsFormulas ? CSVFormulaGuard.guarded(field) : field)
        }
        // A record of one empty field would be a blank line, which readers skip.
        if count == 1, bytes.count == start { bytes.append(contentsOf: [ASCII.quote, ASCII.quote]) }
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }

    /// Hands over what was written, so that a long export needs little memory.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    private mutating func write(_ field: String) {
        let utf8 = field.utf8
        guard needsQuotes(utf8) else {
            bytes.append(contentsOf: utf8)
            return
        }
        bytes.append(ASCII.quote)
        for byte in utf8 {
            if byte == ASCII.quote { bytes.append(ASCII.quote) }
            bytes.append(byte)
        }
        bytes.append(ASCII.quote)
    }

    /// Spaces at the ends are quoted too, since some readers trim unquoted fields.
    private func needsQuotes(_ utf8: String.UTF8View) -> Bool {
        utf8.first == ASCII.space || utf8.last == ASCII.space
            || utf8.contains { $0 == delimiter || $0 == ASCII.quote || $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
    }
}
