/// Finding text in text by bytes, in linear time whatever the texts are (Knuth, Morris and Pratt's way).
enum TextSearch {
    /// The byte offset of the first match.
    static func first(of needle: String, in text: String) -> Int? { first(of: Array(needle.utf8), in: Array(text.utf8), from: 0) }

    static func first(of needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard !needle.isEmpty else { return start <= text.count ? start : nil }
        return matches(of: needle, in: text, from: start, atMost: 1).first
    }

    /// The byte offset of the last match.
    static func last(of needle: [UInt8], in text: [UInt8]) -> Int? {
        guard !needle.isEmpty else { return text.count }
        guard let match = first(of: needle.reversed(), in: text.reversed(), from: 0) else { return nil }
        return text.count - match - needle.count
    }

    /// Every match that does not overlap the one before it.
    static func all(of needle: [UInt8], in text: [UInt8]) -> [Int] { matches(of: needle, in: text, from: 0, atMost: .max) }

    private static func matches(of needle: [UInt8], in text: [UInt8], from start: Int, atMost limit: Int) -> [Int] {
        guard !needle.isEmpty, text.count - start >= needle.count else { return [] }
        let borders = borders(of: needle)
        var found: [Int] = []
        var matched = 0
        var index = start
        while index < text.count {
            while matched > 0, text[index] != needle[matched] { matched = borders[matched - 1] }
            if text[index] == needle[matched] { matched += 1 }
            index += 1
            guard matched == needle.count else { continue }
            found.append(index - needle.count)
            if found.count == limit { break }
            matched = 0
        }
        return found
    }

    /// For every prefix how long its longest proper prefix is that is also its end.
    private static func borders(of needle: [UInt8]) -> [Int] {
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            borders[index] = length
        }
        return borders
    }
}
