import JSON
import Testing

@Suite struct JSONStringTests {
    @Test("a string of any length reads back as it was written, with an escape at any place", arguments: 0...70)
    func lengths(count: Int) throws {
        let plain = String(repeating: "a", count: count)
        for place in [0, count / 2, count] {
            for special in ["", "\"", "\\", "\u{7F}", "\u{1}", "\n", "é", "🜁"] {
                let text = plain.prefix(place) + special + plain.dropFirst(place)
                var writer = JSONWriter()
                writer.string(String(text))
                var reader = JSONReader(writer.bytes[...])
                #expect(try reader.string() == text)
                try reader.end()
            }
        }
    }

    @Test("a control character is found at any place", arguments: 0...70)
    func controls(count: Int) {
        let json = "\"" + String(repeating: "a", count: count) + "\u{1F}\""
        var reader = JSONReader(ArraySlice(json.utf8))
        #expect(throws: JSONParseError(reason: .syntax, offset: count + 1)) { _ = try reader.string() }
    }

    @Test("keys of any length are told apart, and the second of two equal ones is found", arguments: [1, 7, 8, 9, 14, 15, 16, 40])
    func keys(count: Int) throws {
        let stem = String(repeating: "k", count: count - 1)
        let members = ["a", "b", "c", "é", "d", "e", "f", "g", "h", "i"].map { "\"\(stem)\($0)\":1" }
        var reader = JSONReader(ArraySlice("{\(members.joined(separator: ","))}".utf8))
        var seen = 0
        try reader.object { _, reader in
            seen += 1
            try reader.skip()
        }
        #expect(seen == members.count)
        for again in [members[0], members[3], members[9], "\"\(stem)\\u0062\":1"] {
            var reader = JSONReader(ArraySlice("{\((members + [again]).joined(separator: ","))}".utf8))
            #expect(throws: JSONParseError.self) { try reader.object { _, reader in try reader.skip() } }
        }
    }
}
