import Contracts

/// The path of a recipient list: parts split by `:`.
struct ListKey: Hashable, Sendable {
    /// The list above all others.
    static let root = ListKey(text: "<all>")
    /// A list has at most so many lists above it: each is a row for each member.
    static let maximumParts = 16
    static let maximumLength = 255

    let text: String

    private init(text: String) { self.text = text }

    /// - Throws: `list_key: required|invalid`.
    init(_ given: String) throws(ValidationFailure) {
        if let fault = PathKeyRules.fault(given) { throw .field("list_key", fault) }
        let text = PathKeyRules.trimmed(given)
        let parts = text.utf8.count { $0 == UInt8(ascii: ":") } + 1
        guard parts <= Self.maximumParts, !text.hasPrefix(Self.root.text + ":") else { throw .field("list_key", "invalid") }
        self.text = text
    }

    /// The lists above, nearest first.
    var ancestors: [ListKey] {
        guard self != Self.root else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let above = (1..<parts.count).reversed().map { parts[..<$0].joined(separator: ":") }
        return above.filter { !$0.isEmpty }.map { ListKey(text: $0) } + [Self.root]
    }
}

/// What keys of lists and members may be: they stand in paths.
enum PathKeyRules {
    /// Why a key is refused; nil when it is fine.
    static func fault(_ key: String) -> String? {
        let key = trimmed(key)
        if key.isEmpty { return "required" }
        let isFine = key.unicodeScalars.count <= ListKey.maximumLength && !key.utf8.contains(UInt8(ascii: "/")) && TextRules.isStorable(key)
        return isFine ? nil : "invalid"
    }

    static func trimmed(_ key: String) -> String {
        guard key.utf8.first.map(isPlain) == false || key.utf8.last.map(isPlain) == false else { return key }
        let start = key.drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex)])
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
}
