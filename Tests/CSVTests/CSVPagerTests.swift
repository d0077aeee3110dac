import Testing

@testable import CSV

@Suite("Pages of a CSV file")
struct CSVPagerTests {
    /// All pages of a text that is fed in chunks.
    private func pages(_ text: String, chunk: Int, pageBytes: Int = 1 << 20, pageRecords: Int = 10_000) throws -> (CSVPager, [CSVPage]) {
        var pager = CSVPager(maximumPageBytes: pageBytes, maximumPageRecords: pageRecords)
        var pages: [CSVPage] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            pages += try pager.push(Array(bytes[start..<min(start + chunk, bytes.count)]))
        }
        pages += try pager.finish()
        return (pager, pages)
    }

    /// What an importer of the pages sees: line, item and fields of each record.
    private func rows(_ pages: [CSVPage]) -> [String] {
        var rows: [String] = []
        for page in pages {
            var splitter = CSVRecordSplitter()
            let take: (CSVPiece) -> Void = { piece in
                guard case .record(let record) = piece else { return }
                rows.append(
                    "\(record.line + page.firstLine - 1)/\(record.number + page.firstItem - 1) \(String(decoding: record.bytes, as: UTF8.self))"
                )
            }
            splitter.push(page.bytes, emit: take)
            splitter.finish(emit: take)
        }
        return rows
    }

    @Test("every record keeps its line and number whatever the pages and chunks", arguments: [1, 3, 1_000], [1, 2, 100])
    func places(chunk: Int, pageRecords: Int) throws {
        let text = "email,note\r\na@x.org,1\n\n\nb@x.org,\"two\r\nlines\"\nc@x.org,3\rd@x.org,4"
        let (pager, pages) = try pages(text, chunk: chunk, pageRecords: pageRecords)
        #expect(pager.header == ["email", "note"])
        #expect(rows(pages) == ["2/1 a@x.org,1", "5/2 b@x.org,\"two\r\nlines\"", "7/3 c@x.org,3", "8/4 d@x.org,4"])
        #expect(pages.allSatisfy { $0.recordCount <= pageRecords })
    }

    @Test("a refused record ends a page and keeps its place, and so do those behind it")
    func refusals() throws {
        let long = String(repeating: "x", count: (1 << 20) + 10)
        let (_, pages) = try pages("email\na@x.org\n\(long)\nb@x.org\n", chunk: 4_096)
        #expect(pages.flatMap(\.refusals).map(\.line) == [3])
        #expect(pages.flatMap(\.refusals).map(\.recordNumber) == [3])
        #expect(rows(pages) == ["2/1 a@x.org", "4/3 b@x.org"])
    }

    @Test("a page is no larger than asked, unless one record is")
    func sizes() throws {
        let text = "email\n" + (1...100).map { "user\($0)@example.org\n" }.joined()
        let (_, pages) = try pages(text, chunk: 64, pageBytes: 200)
        #expect(pages.allSatisfy { $0.bytes.count <= 220 })
        #expect(rows(pages).count == 100)
    }

    @Test("a file without a usable header is refused as a whole", arguments: ["", "name\nx\n", "email,email\n", "email,\n"])
    func header(text: String) {
        #expect(throws: CSVFileError.self) { try pages(text, chunk: 10) }
    }

    @Test("a file with a header only has one empty page")
    func empty() throws {
        let (_, pages) = try pages("email\n", chunk: 10)
        #expect(pages.count == 1)
        #expect(pages[0].recordCount == 0)
    }
}
