import CSV
import Testing

@Suite("CSV files") struct CSVReaderTests {
    @Test("byte order mark, CRLF and each delimiter are recognised", arguments: [",", ";", "\t", "|"])
    func dialects(delimiter: String) throws {
        let text = "\u{FEFF}Email\(delimiter)First Name\r\na@x.org\(delimiter)\"A\(delimiter)B\"\r\n"
        for chunk in [1, 1000] {
            let file = try ReadFile(Array(text.utf8), chunk: chunk)
            #expect(file.header == ["email", "first_name"])
            #expect(file.rows == [["a@x.org", "A\(delimiter)B"]])
            #expect(file.lines == [2])
        }
    }

    @Test("delimiters inside quoted names do not count")
    func quotedHeader() throws {
        let file = try ReadFile(Array("email;\"a,b,c\"\nx@y.z;1\n".utf8))
        #expect(file.header == ["email", "a,b,c"])
    }

    @Test(
        "UTF-16 is refused with its reason",
        arguments: [[0xFF, 0xFE, 0x65, 0], [0xFE, 0xFF, 0, 0x65], [0x65, 0, 0x6D, 0]] as [[UInt8]]
    )
    func utf16(bytes: [UInt8]) {
        #expect(throws: CSVFileError.utf16) { try ReadFile(bytes) }
    }

    @Test("faults of the header are all reported with their columns")
    func headerFaults() {
        #expect(throws: CSVFileError.invalidHeader([.missingColumn(name: "email")])) { try ReadFile(Array("a,b\n".utf8)) }
        #expect(
            throws: CSVFileError.invalidHeader([.duplicateName(name: "email", column: 2, firstColumn: 1), .emptyName(column: 3)])
        ) {
            try ReadFile(Array("email, EMAIL ,\n".utf8))
        }
        #expect(throws: CSVFileError.empty) { try ReadFile([]) }
        #expect(throws: CSVFileError.empty) { try ReadFile([0xEF, 0xBB, 0xBF, 10, 10]) }
        #expect(throws: CSVFileError.unreadableHeader(CSVRefusal(.unterminatedQuote, line: 1, recordNumber: 1))) {
            try ReadFile(Array("\"email\n".utf8))
        }
    }

    @Test("each bad row has its line and reason and the good rows are read")
    func badRows() throws {
        var bytes = Array("email,name\na@x.org,A\nshort\nb@x.org,\"B\"x\nc@x.org,".utf8)
        bytes += [0xFF, 10] + Array("d@x.org,a,b\ne@x.org,".utf8) + [0, 10] + Array("f@x.org,\"multi\nline\"\ng@x.org,=1+1\n".utf8)
        let file = try ReadFile(bytes)
        #expect(file.rows == [["a@x.org", "A"], ["f@x.org", "multi\nline"], ["g@x.org", "=1+1"]])
        #expect(file.lines == [2, 8, 10])
        #expect(
            file.refusals == [
                CSVRefusal(.wrongFieldCount(expected: 2, found: 1), line: 3, recordNumber: 3),
                CSVRefusal(.textAfterQuote(column: 2), line: 4, recordNumber: 4),
                CSVRefusal(.invalidEncoding(column: 2), line: 5, recordNumber: 5),
                CSVRefusal(.wrongFieldCount(expected: 2, found: 3), line: 6, recordNumber: 6),
                CSVRefusal(.nulByte(column: 2), line: 7, recordNumber: 7),
            ]
        )
        #expect(file.refusals[0].description == "line 3: 2 fields expected, 1 found")
    }

    @Test(
        "ill-formed UTF-8 of every kind refuses the row",
        arguments: [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF]] as [[UInt8]]
    )
    func illFormed(bytes: [UInt8]) throws {
        let file = try ReadFile(Array("email\nx".utf8) + bytes + [10])
        #expect(file.refusals.map(\.code) == ["invalid_encoding"])
    }

    @Test("single-byte encodings become UTF-8, and a UTF-8 byte order mark overrides them")
    func singleByteEncodings() throws {
        let row: [UInt8] = Array("email\n".utf8) + [0xE9, 0x80, 10]
        #expect(try ReadFile(row, encoding: .windows1252).rows == [["é€"]])
        #expect(try ReadFile(row, encoding: .latin1).rows == [["é\u{80}"]])
        #expect(try ReadFile(Array("email\n".utf8) + [0x81, 10], encoding: .windows1252).refusals.map(\.code) == ["invalid_encoding"])
        #expect(try ReadFile(Array("\u{FEFF}email\né\n".utf8), encoding: .latin1).rows == [["é"]])
        #expect(CSVEncoding(name: "ISO-8859-1") == .latin1)
        #expect(CSVEncoding(name: "cp1252") == .windows1252)
        #expect(CSVEncoding(name: "koi8") == nil)
    }

    @Test("what the writer writes the reader reads back")
    func roundTrip() throws {
        var random = SeededGenerator(state: 3)
        let pieces = ["a", "é", "\"", ",", "\n", "\r\n", " ", "日本", ";", "x'y"]
        var writer = CSVWriter(guardsFormulas: false)
        writer.writeRecord(["email", "b"])
        var rows: [[String]] = []
        for _ in 0..<300 {
            rows.append(
                (0..<2).map { _ in
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                }
            )
        }
        for row in rows { writer.writeRecord(row) }
        let file = try ReadFile(writer.takeBytes(), chunk: 11)
        #expect(file.rows == rows)
        #expect(file.refusals.isEmpty)
    }

    @Test("cells that a spreadsheet would run get a leading apostrophe on export")
    func formulas() {
        for cell in ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"] {
            #expect(CSVFormulaGuard.guarded(cell) == "'" + cell)
        }
        #expect(CSVFormulaGuard.guarded("a=1") == "a=1")
        #expect(CSVFormulaGuard.guarded("") == "")
        var writer = CSVWriter()
        writer.writeRecord(["=cmd|' /C calc'!A0", "a,b", "say \"x\""])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "'=cmd|' /C calc'!A0,\"a,b\",\"say \"\"x\"\"\"\r\n")
    }
}
