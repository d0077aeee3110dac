/// Quoted-printable of RFC 2045 6.7.
enum QuotedPrintable {
    /// Encodes text whose lines end in LF alone; the output's end in CRLF and have at most 76 columns.
    ///
    /// A `.` and a `From ` at the start of an output line are encoded as well: some relays change lines that begin so.
    static func encode(_ text: UnsafeBufferPointer<UInt8>, encodedBytes: Int) -> [UInt8] {
        let lineEnds = text.reduce(0) { $0 &+ ($1 == ASCII.lineFeed ? 1 : 0) }
        // The columns: an encoded byte takes two more, and each line may encode one more byte at its start and one at its end.
        // A soft break stands after 73 columns or more, adds three bytes and may encode one more byte behind it: under a 12th.
        let columns = text.count + 2 * encodedBytes + 4 * (lineEnds + 1)
        let capacity = columns + columns / 12 + lineEnds + 64
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
            var writer = QuotedPrintableWriter(output: output)
            var start = 0
            while start < text.count {
                let end = TextShape.lineEnd(in: text, from: start)
                writer.write(UnsafeBufferPointer(rebasing: text[start..<end]))
                if end < text.count { writer.endLine() }
                start = end + 1
            }
            written = writer.written
        }
    }

    /// Whether a byte may stand as itself inside a line.
    @inline(__always)
    static func isLiteral(_ byte: UInt8) -> Bool {
        (byte &- 0x20 < 0x5F && byte != UInt8(ascii: "=")) || byte == ASCII.tab
    }
}

/// Writes encoded lines into memory that is known to be large enough.
private struct QuotedPrintableWriter {
    let output: UnsafeMutableBufferPointer<UInt8>
    var written = 0
    var column = 0

    mutating func write(_ line: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < line.count {
            if column == 0, isRiskyStart(line, index) {
                encode(line[index])
                index += 1
                continue
            }
            index = copyLiterals(line, from: index)
            guard index < line.count else { break }
            if column >= 75 {
                softBreak()
            } else if !isPlain(line, index) {
                if column > 72 { softBreak() }
                encode(line[index])
                index += 1
            }
        }
    }

    mutating func endLine() {
        put(ASCII.carriageReturn)
        put(ASCII.lineFeed)
        column = 0
    }

    private mutating func copyLiterals(_ line: UnsafeBufferPointer<UInt8>, from first: Int) -> Int {
        let limit = min(line.count, first + 75 - column)
        var index = first
        while index < limit, QuotedPrintable.isLiteral(line[index]) { index += 1 }
        // White space at the end of a line is encoded, for it is lost in transport.
        if index == line.count, index > first, isBlank(line[index - 1]) {
            index -= 1
        }
        if index > first {
            _ = UnsafeMutableBufferPointer(rebasing: output[written...]).update(fromContentsOf: line[first..<index])
        }
        written += index - first
        column += index - first
        return index
    }

    private func isPlain(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        QuotedPrintable.isLiteral(line[index]) && !(index == line.count - 1 && isBlank(line[index]))
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    private func isRiskyStart(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        line[index] == UInt8(ascii: ".") || TextShape.startsWithFrom(UnsafeBufferPointer(rebasing: line[index...]))
    }

    private mutating func softBreak() {
        put(UInt8(ascii: "="))
        endLine()
    }

    private mutating func encode(_ byte: UInt8) {
        put(UInt8(ascii: "="))
        put(ASCII.hexadecimalDigit(byte >> 4))
        put(ASCII.hexadecimalDigit(byte & 15))
        column += 3
    }

    private mutating func put(_ byte: UInt8) {
        output[written] = byte
        written += 1
    }
}
