/// Splits the markup of a tag or an output into tokens.
struct MarkupLexer {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    private var tokens: [MarkupToken] = []

    init(_ source: TemplateSource, _ range: Range<Int>) {
        bytes = source.bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// All tokens, with one `.end` behind them.
    mutating func tokenize() throws(Fault) -> [MarkupToken] {
        while true {
            while position < end, bytes[position].isSpace { position += 1 }
            guard position < end else { break }
            try scan()
        }
        tokens.append(MarkupToken(kind: .end, range: end..<end, text: ""))
        return tokens
    }

    private mutating func scan() throws(Fault) {
        let byte = bytes[position]
        if byte.isLetter || byte == UInt8(ascii: "_") { return scanIdentifier() }
        if byte.isDigit || (byte == UInt8(ascii: "-") && position + 1 < end && bytes[position + 1].isDigit) { return scanNumber() }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return try scanString(quote: byte) }
        let next = position + 1 < end ? bytes[position + 1] : 0
        switch (byte, next) {
        case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "!"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: ">")),
            (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: ">"), UInt8(ascii: "=")):
            append(.comparison, length: 2)
        case (UInt8(ascii: "<"), _), (UInt8(ascii: ">"), _): append(.comparison, length: 1)
        case (UInt8(ascii: "."), UInt8(ascii: ".")): append(.dots, length: 2)
        case (UInt8(ascii: "."), _): append(.dot, length: 1)
        case (UInt8(ascii: "|"), _): append(.pipe, length: 1)
        case (UInt8(ascii: ":"), _): append(.colon, length: 1)
        case (UInt8(ascii: ","), _): append(.comma, length: 1)
        case (UInt8(ascii: "["), _): append(.openSquare, length: 1)
        case (UInt8(ascii: "]"), _): append(.closeSquare, length: 1)
        case (UInt8(ascii: "("), _): append(.openRound, length: 1)
        case (UInt8(ascii: ")"), _): append(.closeRound, length: 1)
        default: throw unexpected()
        }
    }

    private func unexpected() -> Fault {
        let character = String(decoding: bytes[position..<end], as: UTF8.self).first.map(String.init) ?? ""
        return Fault(.syntax, "The character «\(character)» has no meaning here.", at: position)
    }

    private mutating func append(_ kind: MarkupToken.Kind, length: Int) {
        let range = position..<(position + length)
        tokens.append(MarkupToken(kind: kind, range: range, text: String(decoding: bytes[range], as: UTF8.self)))
        position += length
    }

    private mutating func scanIdentifier() {
        var stop = position + 1
        while stop < end, bytes[stop].isWord || bytes[stop] == UInt8(ascii: "-") { stop += 1 }
        if stop < end, bytes[stop] == UInt8(ascii: "?") { stop += 1 }
        let isContains = stop < end && bytes[stop].isSpace && bytes[position..<stop].elementsEqual("contains".utf8)
        append(isContains ? .comparison : .identifier, length: stop - position)
    }

    private mutating func scanNumber() {
        var stop = position + 1
        while stop < end, bytes[stop].isDigit { stop += 1 }
        // After a dot only digits: `items.0.1` is two steps of a path.
        let isStep = tokens.last?.kind == .dot
        if !isStep, stop + 1 < end, bytes[stop] == UInt8(ascii: "."), bytes[stop + 1].isDigit {
            stop += 1
            while stop < end, bytes[stop].isDigit { stop += 1 }
        }
        append(.number, length: stop - position)
    }

    private mutating func scanString(quote: UInt8) throws(Fault) {
        guard let close = bytes[(position + 1)..<end].firstIndex(of: quote) else {
            throw Fault(.syntax, "The string that starts here has no closing quote.", at: position)
        }
        let range = (position + 1)..<close
        tokens.append(MarkupToken(kind: .string, range: range, text: String(decoding: bytes[range], as: UTF8.self)))
        position = close + 1
    }
}
