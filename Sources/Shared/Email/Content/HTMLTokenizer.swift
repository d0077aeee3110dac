import Glibc

/// Cuts HTML as mail programs meet it into tokens, in the way of the HTML standard's tokenizer, without building a tree.
///
/// Every byte belongs to exactly one token, whatever the input: sloppy markup, NUL and bytes that are not UTF-8 included. The
/// work is linear in the size of the source. In `.template` mode, `{{ … }}` and `{% … %}` are opaque wherever they stand, and
/// so is everything in `{% raw %}` and `{% comment %}` blocks.
struct HTMLTokenizer {
    let bytes: [UInt8]
    let isTemplate: Bool
    var position = 0
    private var rawTextElement: String?
    /// Searches that failed once and need not be made again further on, by what was searched for.
    private var absent: Set<String> = []

    init(_ bytes: [UInt8], mode: HTMLRewriter.Mode) {
        self.bytes = bytes
        isTemplate = mode == .template
    }

    mutating func next() -> HTMLToken? {
        guard position < bytes.count else { return nil }
        if let name = rawTextElement {
            rawTextElement = nil
            if let token = rawText(until: name) { return token }
        }
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), startsMarkup(position) { break }
            if let end = templateEnd(at: position) {
                position = end
            } else {
                position = nextInteresting(after: position)
            }
        }
        return position > start ? .text(start..<position) : markup()
    }

    private func nextInteresting(after index: Int) -> Int {
        var index = index + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "<"), bytes[index] != UInt8(ascii: "{") || !isTemplate { index += 1 }
        return index
    }

    private func startsMarkup(_ index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        let byte = bytes[index + 1]
        return ASCII.isLetter(byte) || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "/")
    }

    private mutating func markup() -> HTMLToken {
        let start = position
        let second = bytes[start + 1]
        if ASCII.isLetter(second) { return tag(from: start, nameStart: start + 1, isEnd: false) }
        if second == UInt8(ascii: "/"), start + 2 < bytes.count, ASCII.isLetter(bytes[start + 2]) {
            return tag(from: start, nameStart: start + 2, isEnd: true)
        }
        var end: Int?
        if hasPrefix("<!--", at: start) {
            if hasPrefix("<!-->", at: start) {
                end = start + 5
            } else if hasPrefix("<!--->", at: start) {
                end = start + 6
            } else {
                end = commentEnd(from: start + 4)
            }
        } else if hasPrefix("<![CDATA[", at: start), let close = find("]]>", from: start + 9) {
            end = close + 3
        } else {
            end = find(">", from: start + 2).map { $0 + 1 }
        }
        position = end ?? bytes.count
        return end == nil ? .unfinished(start..<position) : .other(start..<position)
    }

    /// A comment ends at `-->` or, as browsers have it, `--!>`.
    private mutating func commentEnd(from index: Int) -> Int? {
        guard let usual = find("-->", from: index) else { return find("--!>", from: index).map { $0 + 4 } }
        // The odd end counts only before the usual one; so no search goes further than the comment.
        let odd = (index..<usual).first { bytes[$0] == UInt8(ascii: "-") && hasPrefix("--!>", at: $0) }
        return odd.map { $0 + 4 } ?? usual + 3
    }

    private mutating func tag(from start: Int, nameStart: Int, isEnd: Bool) -> HTMLToken {
        var reader = HTMLTagReader(tokenizer: self, start: start, index: nameStart)
        let tag = reader.read()
        self = reader.tokenizer
        guard let tag else {
            position = bytes.count
            return .unfinished(start..<position)
        }
        position = tag.range.upperBound
        if isEnd { return .endTag(tag) }
        if Self.rawTextElements.contains(tag.name) { rawTextElement = tag.name }
        return .startTag(tag)
    }

    /// The content up to the end tag of `name`; nil when there is none, that is when the end tag follows at once.
    private mutating func rawText(until name: String) -> HTMLToken? {
        let start = position
        var index = start
        while let found = find("</", from: index) {
            if hasPrefix(name, at: found + 2, ignoringCase: true) {
                let after = found + 2 + name.utf8.count
                if after >= bytes.count || !ASCII.isAlphanumeric(bytes[after]) && bytes[after] != UInt8(ascii: "-") {
                    position = found
                    return found > start ? .rawText(start..<found) : nil
                }
            }
            index = found + 2
        }
        position = bytes.count
        return .unfinished(start..<position)
    }

    private static let rawTextElements: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext",
    ]
}

extension HTMLTokenizer {
    /// The end of the template construct that starts at `index`, if one does.
    mutating func templateEnd(at index: Int) -> Int? {
        guard isTemplate, bytes[index] == UInt8(ascii: "{"), index + 1 < bytes.count else { return nil }
        if bytes[index + 1] == UInt8(ascii: "{") { return find("}}", from: index + 2).map { $0 + 2 } }
        guard bytes[index + 1] == UInt8(ascii: "%"), let close = find("%}", from: index + 2) else { return nil }
        let name = templateTagName(at: index + 2)
        guard name == "raw" || name == "comment" else { return close + 2 }
        var search = close + 2
        while let found = find("{%", from: search) {
            guard let end = find("%}", from: found + 2) else { break }
            if templateTagName(at: found + 2) == "end" + name { return end + 2 }
            search = found + 2
        }
        // A block that never closes is the template parser's to refuse; the search is not made twice.
        return bytes.count
    }

    private func templateTagName(at index: Int) -> String {
        var start = index
        while start < bytes.count, bytes[start] == ASCII.space || bytes[start] == UInt8(ascii: "-") || bytes[start] &- 9 < 5 { start += 1 }
        var end = start
        while end < bytes.count, end - start < 16, ASCII.isLetter(bytes[end]) { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    func hasPrefix(_ prefix: String, at index: Int, ignoringCase: Bool = false) -> Bool {
        guard index + prefix.utf8.count <= bytes.count else { return false }
        return prefix.utf8.enumerated().allSatisfy { offset, byte in
            let found = bytes[index + offset]
            return found == byte || (ignoringCase && ASCII.lowercased(found) == byte)
        }
    }

    /// The next place of `needle`.
    ///
    /// What is absent once is not searched for again, since positions only grow.
    mutating func find(_ needle: String, from index: Int) -> Int? {
        guard !absent.contains(needle), let first = needle.utf8.first else { return nil }
        let found = bytes.withUnsafeBufferPointer { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            var start = index
            while start < buffer.count, let place = memchr(base + start, Int32(first), buffer.count - start) {
                let offset = UnsafeRawPointer(place) - UnsafeRawPointer(base)
                if hasPrefix(needle, at: offset) { return offset }
                start = offset + 1
            }
            return nil
        }
        if found == nil { absent.insert(needle) }
        return found
    }
}
