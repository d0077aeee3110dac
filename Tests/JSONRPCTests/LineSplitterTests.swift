import Testing

@testable import JSONRPC

@Suite struct LineSplitterTests {
    private func pieces(_ chunks: [String], maximum: Int = 10) -> [String] {
        var splitter = LineSplitter(maximumBytes: maximum)
        var found: [String] = []
        for chunk in chunks {
            splitter.feed(Array(chunk.utf8))
            while let piece = splitter.next() {
                switch piece {
                case .line(let line): found.append(String(decoding: line, as: UTF8.self))
                case .tooLong: found.append("TOO LONG")
                }
            }
        }
        if splitter.hasPartial { found.append("...") }
        return found
    }

    @Test(
        "lines come out whole however they were cut",
        arguments: [
            (["a\nb\n"], ["a", "b"]), (["a", "b", "\n"], ["ab"]), (["a\nb", "c\nd"], ["a", "bc", "..."]), (["\n\n"], ["", ""]), ([""], []),
            (["1234567890\n"], ["1234567890"]), (["12345678901\nx\n"], ["TOO LONG"]), (["12345", "678901"], ["TOO LONG"]),
            (["12345", "678901\n", "x\n"], ["TOO LONG"]), (["ok\n12345678901", "\nx\n"], ["ok", "TOO LONG"]),
        ]
    )
    func split(chunks: [String], expected: [String]) {
        #expect(pieces(chunks) == expected)
    }

    @Test("any cutting gives the same lines")
    func everyCut() {
        let text = "first\n\nthird\nrest"
        for cut in 0...text.utf8.count {
            let head = String(text.prefix(cut)), tail = String(text.dropFirst(cut))
            #expect(pieces([head, tail]) == ["first", "", "third", "..."])
        }
        #expect(pieces(text.map(String.init)) == ["first", "", "third", "..."])
    }
}
