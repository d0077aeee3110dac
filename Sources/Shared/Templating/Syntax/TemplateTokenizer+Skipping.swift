extension TemplateTokenizer {
    /// Goes behind the next `{% name %}` and gives the bytes before it and whether it trims what follows; nil when there is none.
    mutating func skip(toTag name: String) -> (body: Range<Int>, trimsAfter: Bool)? {
        guard !isLines, let tag = findTag(name, in: position..<end), let close = closing(of: tag, isTag: true) else { return nil }
        let body = position..<tag
        move(to: close + 2)
        return (body, source.bytes[close - 1] == UInt8(ascii: "-"))
    }

    /// Where the first `{% name` of a stretch begins.
    func findTag(_ name: String, in range: Range<Int>) -> Int? {
        let bytes = source.bytes
        var index = range.lowerBound
        while index + 1 < range.upperBound {
            guard bytes[index] == UInt8(ascii: "{"), bytes[index + 1] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            var first = index + 2
            if first < end, bytes[first] == UInt8(ascii: "-") { first += 1 }
            while first < end, bytes[first].isSpace { first += 1 }
            let last = bytes[first..<end].firstIndex { !$0.isWord } ?? end
            if bytes[first..<last].elementsEqual(name.utf8) { return index }
            index = max(index + 2, last - 1)
        }
        return nil
    }

    /// The next tag of a comment, where outputs and markup need not be right; nil at the end.
    mutating func nextTagInComment() throws(Fault) -> TemplateToken.Tag? {
        if isLines {
            guard case .tag(let tag) = try next() else { return nil }
            return tag
        }
        while position < end {
            guard isDelimiter(position) else {
                move(to: position + 1)
                continue
            }
            let start = position
            if source.bytes[start + 1] == UInt8(ascii: "{") {
                guard let stop = endOfCommentedOutput(from: start + 2) else { return nil }
                move(to: stop)
                continue
            }
            guard let close = closing(of: start, isTag: true) else { return nil }
            move(to: close + 2)
            let trims = close > start + 2 && source.bytes[close - 1] == UInt8(ascii: "-")
            let first = start + 2 + (source.bytes[start + 2] == UInt8(ascii: "-") ? 1 : 0)
            let (name, markup) = split(first..<max(first, close))
            return .init(name: name, markup: markup, offset: start, trimsBefore: false, trimsAfter: trims)
        }
        return nil
    }

    /// An output in a comment ends at its first brace; one that meets a tag first swallows the tag.
    private func endOfCommentedOutput(from offset: Int) -> Int? {
        let bytes = source.bytes
        var index = offset
        while index < end {
            if bytes[index] == UInt8(ascii: "}") { return index + 1 < end && bytes[index + 1] == bytes[index] ? index + 2 : index + 1 }
            if bytes[index] == UInt8(ascii: "{"), index + 1 < end, bytes[index + 1] == UInt8(ascii: "%") {
                return closing(of: index, isTag: true).map { $0 + 2 }
            }
            index += 1
        }
        return nil
    }
}
