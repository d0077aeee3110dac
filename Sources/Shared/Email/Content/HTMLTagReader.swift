/// Reads one tag: its name and attributes up to the closing `>`.
struct HTMLTagReader {
    var tokenizer: HTMLTokenizer
    let start: Int
    var index: Int

    /// The tag, or nil when the source ends inside it.
    mutating func read() -> HTMLTag? {
        let name = name(from: index) { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") || Self.isSpace($0) }
        var tag = HTMLTag(name: name, range: start..<start)
        while true {
            skip { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
            guard let byte = current else { return nil }
            if byte == UInt8(ascii: ">") {
                tag.range = start..<(index + 1)
                return tag
            }
            if byte == UInt8(ascii: "{"), let end = tokenizer.templateEnd(at: index) {
                tag.hasTemplateBetweenAttributes = true
                index = end
                continue
            }
            guard let attribute = attribute() else { return nil }
            tag.attributes.append(attribute)
        }
    }

    private var current: UInt8? { index < tokenizer.bytes.count ? tokenizer.bytes[index] : nil }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = current, condition(byte) { index += 1 }
    }

    /// Moves to the first byte that ends the run.
    ///
    /// A template construct is passed over whole, and reported.
    private mutating func run(stopsAtTags: Bool = false, until ends: (UInt8) -> Bool) -> Bool {
        var hasTemplate = false
        while let byte = current, !ends(byte) {
            if byte == UInt8(ascii: "{"), let end = tokenizer.templateEnd(at: index) {
                if stopsAtTags, tokenizer.bytes[index + 1] == UInt8(ascii: "%") { break }
                hasTemplate = true
                index = end
            } else {
                index += 1
            }
        }
        return hasTemplate
    }

    private mutating func name(from first: Int, until ends: (UInt8) -> Bool) -> String {
        // `{% … %}` behind a name is not part of it: `{% if x %}hidden{% endif %}`.
        let hasTemplate = run(stopsAtTags: true, until: ends)
        // No name that matters here is long; a long one need not be copied.
        guard !hasTemplate, index - first <= 64 else { return "" }
        return String(decoding: tokenizer.bytes[first..<index].map(ASCII.lowercased), as: UTF8.self)
    }

    private mutating func attribute() -> HTMLAttribute? {
        let first = index
        // A `=` in the first place is part of the name, by the standard.
        if current == UInt8(ascii: "=") { index += 1 }
        let name = name(from: first, until: Self.endsAttributeName)
        var attribute = HTMLAttribute(name: name, value: nil)
        let afterName = index
        skip(while: Self.isSpace)
        guard let byte = current else { return nil }
        guard byte == UInt8(ascii: "=") else {
            index = afterName
            return attribute
        }
        index += 1
        skip(while: Self.isSpace)
        return readValue(into: &attribute) ? attribute : nil
    }

    private static func endsAttributeName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || isSpace(byte)
    }

    private mutating func readValue(into attribute: inout HTMLAttribute) -> Bool {
        guard let byte = current else { return false }
        if let quote = HTMLAttribute.Quote(rawValue: byte), quote != .none {
            index += 1
            let first = index
            attribute.valueHasTemplate = run { $0 == byte }
            guard current != nil else { return false }
            attribute.quote = quote
            attribute.value = first..<index
            index += 1
        } else {
            let first = index
            attribute.valueHasTemplate = run { $0 == UInt8(ascii: ">") || Self.isSpace($0) }
            guard current != nil else { return false }
            attribute.value = first..<index
        }
        return true
    }
}
