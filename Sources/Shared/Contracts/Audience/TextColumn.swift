import JSON

/// Texts of many rows in one piece, each ended by a line feed, which none of them holds (addresses, reasons, JSON made by Postgres).
///
/// Ten thousand short strings cost ten thousand allocations at every service they pass; this is one.
package struct TextColumn: Sendable, Hashable, Codable, ExpressibleByArrayLiteral {
    package private(set) var joined: String

    /// - Parameter joined: every text followed by a line feed.
    package init(joined: String) { self.joined = joined }

    package init(_ texts: [String]) {
        joined = texts.reduce(into: "") { $0 += $1 + "\n" }
    }

    package init(arrayLiteral elements: String...) { self.init(elements) }

    package init(from decoder: any Decoder) throws {
        joined = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(joined)
    }

    /// How many texts there are.
    package var count: Int { joined.utf8.count { $0 == UInt8(ascii: "\n") } }

    package var strings: [String] {
        let lines = lines
        return (0..<lines.count).map { String(decoding: lines[$0], as: UTF8.self) }
    }

    package var lines: TextLines { TextLines(joined) }
}

/// The bytes of a column's texts, by number.
package struct TextLines: Sendable {
    private let bytes: [UInt8]
    /// Where each text's line feed stands.
    private let ends: [Int]

    init(_ joined: String) {
        bytes = Array(joined.utf8)
        var ends: [Int] = []
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { ends.append(index) }
        self.ends = ends
    }

    package var count: Int { ends.count }

    package subscript(index: Int) -> ArraySlice<UInt8> { bytes[start(index)..<ends[index]] }

    package func isEmpty(at index: Int) -> Bool { start(index) == ends[index] }

    private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] + 1 }
}
