/// Walks over a template, or over the lines of a `liquid` tag, token by token.
struct TemplateTokenizer {
    let source: TemplateSource
    /// Whether every line is a tag.
    let isLines: Bool
    private(set) var position: Int
    let end: Int
    /// The first slot that no text token covered yet.
    private var nextSlot = 0

    init(_ source: TemplateSource) {
        self.source = source
        isLines = false
        position = 0
        end = source.bytes.count
    }

    /// The lines of a `liquid` tag.
    init(_ source: TemplateSource, lines: Range<Int>) {
        self.source = source
        isLines = true
        position = lines.lowerBound
        end = lines.upperBound
    }

    mutating func next() throws(Fault) -> TemplateToken? {
        if isLines { return try nextLine() }
        if position >= end { return pendingSlot() ? text(to: end) : nil }
        if isDelimiter(position), !pendingSlot() { return try delimited() }
        var stop = position
        if isDelimiter(stop), pendingSlot() { return text(to: stop) }
        while stop < end, !isDelimiter(stop) { stop += 1 }
        return text(to: stop)
    }

    private func pendingSlot() -> Bool {
        nextSlot < source.slots.count && source.slots[nextSlot].offset <= position
    }

    /// The text up to an offset, with the slots in it.
    private mutating func text(to stop: Int) -> TemplateToken {
        let range = position..<stop
        position = stop
        while nextSlot < source.slots.count, source.slots[nextSlot].offset <= stop { nextSlot += 1 }
        return .text(range)
    }

    /// `{{` or `{%`, with no slot between the two.
    func isDelimiter(_ offset: Int) -> Bool {
        let bytes = source.bytes
        guard bytes[offset] == UInt8(ascii: "{"), offset + 1 < end else { return false }
        guard bytes[offset + 1] == UInt8(ascii: "{") || bytes[offset + 1] == UInt8(ascii: "%") else { return false }
        return source.slots.isEmpty || !source.hasSlot(at: offset + 1)
    }

    private mutating func delimited() throws(Fault) -> TemplateToken {
        let start = position
        let isTag = source.bytes[start + 1] == UInt8(ascii: "%")
        guard let close = closing(of: start, isTag: isTag) else {
            throw Fault(
                .syntax,
                isTag ? "The tag that starts here is not closed by «%}»." : "The output that starts here is not closed by «}}».",
                at: start
            )
        }
        position = close + 2
        if nextSlot < source.slots.count, source.slots[nextSlot].offset < position {
            throw Fault(.placeholder, "A placeholder stands inside a tag or an output.", at: start)
        }
        var first = start + 2
        var last = close
        let trimsBefore = first < last && source.bytes[first] == UInt8(ascii: "-")
        if trimsBefore { first += 1 }
        let trimsAfter = first < last && source.bytes[last - 1] == UInt8(ascii: "-") || (trimsBefore && first == last)
        if trimsAfter, first < last { last -= 1 }
        if !isTag { return .output(markup: first..<last, offset: start, trimsBefore: trimsBefore, trimsAfter: trimsAfter) }
        let (name, markup) = split(first..<last)
        return .tag(.init(name: name, markup: markup, offset: start, trimsBefore: trimsBefore, trimsAfter: trimsAfter))
    }

    /// Where `%}` or `}}` begins; an output also ends, unclosed, at a tag.
    func closing(of start: Int, isTag: Bool) -> Int? {
        let bytes = source.bytes
        let mark = isTag ? UInt8(ascii: "%") : UInt8(ascii: "}")
        var index = start + 2
        while index + 1 < end {
            if bytes[index] == mark, bytes[index + 1] == UInt8(ascii: "}") { return index }
            if !isTag, bytes[index] == UInt8(ascii: "{"), bytes[index + 1] == UInt8(ascii: "%") { return nil }
            index += 1
        }
        return nil
    }

    /// The name of a tag (a word, or `#`) and the rest.
    func split(_ range: Range<Int>) -> (name: String, markup: Range<Int>) {
        let bytes = source.bytes
        var start = range.lowerBound
        while start < range.upperBound, bytes[start].isSpace { start += 1 }
        var stop = start
        if stop < range.upperBound, bytes[stop] == UInt8(ascii: "#") {
            stop += 1
        } else {
            while stop < range.upperBound, bytes[stop].isWord { stop += 1 }
        }
        return (source.text(start..<stop), stop..<range.upperBound)
    }

    /// Goes on behind what was skipped, with the slots in it.
    mutating func move(to offset: Int) {
        position = offset
        while nextSlot < source.slots.count, source.slots[nextSlot].offset < offset { nextSlot += 1 }
    }

    private mutating func nextLine() throws(Fault) -> TemplateToken? {
        while position < end {
            let stop = source.bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
            let line = position..<stop
            position = stop + 1
            guard let start = source.bytes[line].firstIndex(where: { !$0.isSpace }) else { continue }
            let (name, markup) = split(start..<stop)
            return .tag(.init(name: name, markup: markup, offset: start, trimsBefore: false, trimsAfter: false))
        }
        return nil
    }
}
