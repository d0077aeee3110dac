import CSV
import Testing

@Suite("CSV records") struct CSVRecordSplitterTests {
    @Test("any chunk size gives the same records and physical lines", arguments: [1, 2, 3, 5, 1000])
    func chunks(size: Int) {
        let text = "a,b\r\n1,\"x\ny\"\r\"p\"\"q\",2\n\n\r\nlast,row"
        let expected: [Outcome] = [
            .record(line: 1, text: "a,b"),
            .record(line: 2, text: "1,\"x\ny\""),
            .record(line: 4, text: "\"p\"\"q\",2"),
            .record(line: 7, text: "last,row"),
        ]
        #expect(outcomes(Array(text.utf8), chunk: size) == expected)
    }

    @Test("a quote inside an unquoted field does not open one", arguments: [1, 64])
    func strayQuote(size: Int) {
        #expect(
            outcomes(Array("5\" pipe,a\nb,c\n".utf8), chunk: size) == [
                .record(line: 1, text: "5\" pipe,a"), .record(line: 2, text: "b,c"),
            ]
        )
    }

    @Test("a record over the limit is refused and the next line is read", arguments: [1, 3, 16, 4096])
    func tooLong(size: Int) {
        let text = "ok\n" + String(repeating: "x", count: 50) + "\r\nnext\n"
        #expect(
            outcomes(Array(text.utf8), chunk: size, limit: 20) == [
                .record(line: 1, text: "ok"),
                .refusal(CSVRefusal(.recordTooLong(limit: 20, quoteOpenedAtLine: nil), line: 2, recordNumber: 2)),
                .record(line: 3, text: "next"),
            ]
        )
    }

    @Test("a record of exactly the limit is taken", arguments: [1, 4096])
    func exactLimit(size: Int) {
        #expect(outcomes(Array("abcd\nabcde\n".utf8), chunk: size, limit: 4).first == .record(line: 1, text: "abcd"))
        #expect(outcomes(Array("abcd\nabcde\n".utf8), chunk: size, limit: 4).count == 2)
    }

    @Test("a stray quote over the limit costs its own line only", arguments: [1, 4, 4096])
    func recovery(size: Int) {
        let lines = (3...20).map { "row\($0),b" }
        let text = "a,b\nx,\"open\n" + lines.joined(separator: "\n") + "\n"
        let found = outcomes(Array(text.utf8), chunk: size, limit: 40)
        #expect(found.count == 20)
        #expect(found[1] == .refusal(CSVRefusal(.recordTooLong(limit: 40, quoteOpenedAtLine: 2), line: 2, recordNumber: 2)))
        #expect(found[2] == .record(line: 3, text: "row3,b"))
        #expect(found[19] == .record(line: 20, text: "row20,b"))
    }

    @Test("a quote still open at the end is refused with its line, and the lines after it are read", arguments: [1, 4096])
    func unterminated(size: Int) {
        #expect(
            outcomes(Array("a\nb,\"open\r\nc\r\nd".utf8), chunk: size) == [
                .record(line: 1, text: "a"),
                .refusal(CSVRefusal(.unterminatedQuote, line: 2, recordNumber: 2)),
                .record(line: 3, text: "c"),
                .record(line: 4, text: "d"),
            ]
        )
        #expect(outcomes(Array("\"".utf8), chunk: size) == [.refusal(CSVRefusal(.unterminatedQuote, line: 1, recordNumber: 1))])
    }

    @Test("a quote in a recovered line may open again")
    func twoOpenQuotes() {
        let found = outcomes(Array("\"one\nx,\ny,\"two\nz".utf8), chunk: 2)
        // The second quote closes the first one's field, so the text behind it belongs to the same record.
        #expect(found == [.record(line: 1, text: "\"one\nx,\ny,\"two"), .record(line: 4, text: "z")])
    }

    @Test("a 10 MB line costs no more memory than the limit and the next row is read")
    func hugeLine() {
        var splitter = CSVRecordSplitter(maximumRecordBytes: 1 << 20)
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
        var refused: [CSVRefusal] = []
        var rows: [String] = []
        let take: (CSVPiece) -> Void = {
            switch $0 {
            case .refusal(let refusal): refused.append(refusal)
            case .record(let record): rows.append(String(decoding: record.bytes, as: UTF8.self))
            }
        }
        for _ in 0..<160 {
            splitter.push(chunk, emit: take)
            #expect(splitter.heldBytes <= 1 << 20)
        }
        splitter.push(Array("\nnext\n".utf8), emit: take)
        splitter.finish(emit: take)
        #expect(refused.map(\.line) == [1])
        #expect(rows == ["next"])
    }

    @Test("lines that all reopen a quote are read in linear time", .timeLimit(.minutes(1)))
    func hostileQuotes() {
        let line = Array("a\",\"x\n".utf8)
        var bytes: [UInt8] = []
        for _ in 0..<1_000_000 { bytes += line }
        let found = outcomes(bytes, chunk: 1 << 16, limit: 1 << 16)
        #expect(found.count > 16)
        #expect(found.count < 1_000_000)
    }

    @Test("random bytes in random chunks give the same outcome as one chunk")
    func randomChunks() {
        var random = SeededGenerator(state: 7)
        let alphabet = Array("ab,;\"\"\r\n\n".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let size = Int.random(in: 1...9, using: &random)
            #expect(outcomes(bytes, chunk: size, limit: 15) == outcomes(bytes, chunk: 1000, limit: 15))
        }
    }
}
