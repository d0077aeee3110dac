/// Collects text with white space collapsed and breaks between blocks.
struct PlainTextWriter {
    private var output: [UInt8] = []
    private var pendingBreaks = 0
    private var hasPendingSpace = false
    /// Written before the next text, at the start of a list item.
    var marker: String?
    /// The nesting of lists, two columns each.
    var indent = 0
    var preformattedDepth = 0

    var length: Int { output.count }

    /// What was written from a position on, without the white space around it.
    func visible(from start: Int) -> ArraySlice<UInt8> {
        let text = output[start...].drop { $0 <= 0x20 }
        guard let last = text.lastIndex(where: { $0 > 0x20 }) else { return [] }
        return text[...last]
    }

    mutating func space() { hasPendingSpace = true }

    /// Ends the line.
    ///
    /// Explicit breaks add up, up to one empty line; those of blocks do not.
    mutating func breakLine(explicitly: Bool = false) {
        pendingBreaks = explicitly ? min(pendingBreaks + 1, 2) : max(pendingBreaks, 1)
    }

    mutating func breakParagraph() { pendingBreaks = 2 }

    mutating func writeRule() {
        breakLine()
        write(Array("----------".utf8))
        breakLine()
    }

    mutating func write(_ text: [UInt8]) {
        var index = 0
        while index < text.count {
            let width = whiteSpace(text, index)
            if width > 0 {
                if preformattedDepth > 0 { writePreformatted(text[index]) } else { hasPendingSpace = true }
                index += width
            } else {
                beginText()
                let first = index
                while index < text.count, whiteSpace(text, index) == 0 { index += 1 }
                output.append(contentsOf: text[first..<index])
            }
        }
    }

    /// The text without white space at its ends, closed by one line end.
    mutating func finish() -> [UInt8] {
        while let last = output.last, last <= 0x20 { output.removeLast() }
        if !output.isEmpty { output.append(ASCII.lineFeed) }
        return output
    }

    /// The bytes of the white space at a position: controls and space, or the two of a no-break space.
    private func whiteSpace(_ text: [UInt8], _ index: Int) -> Int {
        if text[index] <= 0x20 { return 1 }
        return text[index] == 0xC2 && index + 1 < text.count && text[index + 1] == 0xA0 ? 2 : 0
    }

    private mutating func writePreformatted(_ byte: UInt8) {
        if byte == ASCII.lineFeed {
            if !output.isEmpty, pendingBreaks == 0 { output.append(byte) }
        } else if byte != ASCII.carriageReturn {
            if pendingBreaks > 0 { beginText() }
            output.append(ASCII.space)
        }
    }

    private mutating func beginText() {
        let isLineStart = output.isEmpty || pendingBreaks > 0
        if !output.isEmpty, pendingBreaks > 0 {
            while let last = output.last, last == ASCII.space { output.removeLast() }
            output.append(contentsOf: repeatElement(ASCII.lineFeed, count: pendingBreaks))
        } else if hasPendingSpace, !output.isEmpty, output.last != ASCII.lineFeed {
            output.append(ASCII.space)
        }
        if isLineStart, indent > 0 || marker != nil {
            output.append(contentsOf: repeatElement(ASCII.space, count: 2 * indent))
            output.append(contentsOf: (marker ?? "  ").utf8)
        }
        if isLineStart { marker = nil }
        pendingBreaks = 0
        hasPendingSpace = false
    }
}
