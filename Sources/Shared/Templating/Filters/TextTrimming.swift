/// White space, words and pieces of text, by the bytes of UTF-8.
enum TextTrimming {
    static func trim(_ text: String, start: Bool, end: Bool) -> String {
        let bytes = Array(text.utf8)
        var first = 0
        var last = bytes.count
        if start { while first < last, bytes[first].isStrippable { first += 1 } }
        if end { while last > first, bytes[last - 1].isStrippable { last -= 1 } }
        return String(decoding: bytes[first..<last], as: UTF8.self)
    }

    /// What stands between runs of white space.
    static func words(_ text: String) -> [String] {
        text.utf8.split(whereSeparator: \.isSpace).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Replaces line feeds, with a carriage return before them or without.
    static func replaceNewlines(_ text: String, with replacement: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        for index in bytes.indices {
            let isReturn = bytes[index] == UInt8(ascii: "\r") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
            if bytes[index] == UInt8(ascii: "\n") {
                result.append(contentsOf: replacement.utf8)
            } else if !isReturn {
                result.append(bytes[index])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Pieces without the empty ones at the end; a single space splits at runs of white space, nothing at every character.
    static func split(_ text: String, by separator: String) -> [String] {
        if separator == " " { return words(text) }
        if separator.isEmpty { return text.unicodeScalars.map { String($0) } }
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var start = 0
        for match in TextSearch.all(of: Array(separator.utf8), in: bytes) {
            parts.append(String(decoding: bytes[start..<match], as: UTF8.self))
            start = match + separator.utf8.count
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    /// The offsets before every character and behind the last.
    static func boundaries(of bytes: [UInt8]) -> [Int] {
        bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
    }
}
