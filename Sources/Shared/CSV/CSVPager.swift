/// Cuts a CSV file into pages of whole records, so that an import of any size is a row of bounded calls.
///
/// Feed it bytes in chunks of any size. The header is read and checked first; memory is one page and the splitter's.
package struct CSVPager: Sendable {
    package let encoding: CSVEncoding
    private var head: [UInt8] = []
    private var splitter: CSVRecordSplitter?
    private var pages: CSVPageBuilder

    /// The header's names as they stand in the file, once it was read.
    package private(set) var header: [String]?
    /// The field delimiter, once the header was read.
    package private(set) var delimiter = UInt8(ascii: ",")

    /// - Parameters:
    ///   - encoding: of the file; a UTF-8 byte order mark decides over it.
    ///   - maximumPageBytes: a page is handed out when the next record would not fit; one longer record makes a page of its own.
    package init(encoding: CSVEncoding = .utf8, maximumPageBytes: Int = 1 << 20, maximumPageRecords: Int = 10_000) {
        self.encoding = encoding
        pages = CSVPageBuilder(maximumPageBytes: maximumPageBytes, maximumPageRecords: maximumPageRecords)
    }

    /// Takes the next bytes and hands out the pages that are full.
    ///
    /// - Throws: ``CSVFileError`` when the file as a whole cannot be read.
    package mutating func push(_ bytes: [UInt8]) throws(CSVFileError) -> [CSVPage] {
        if splitter == nil {
            head += bytes
            let bringsLineEnd = head.contains { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
            if head.count >= CSVReader.detectionBytes || bringsLineEnd { try start() }
        } else {
            try feed(bytes)
        }
        return pages.takeFull()
    }

    /// Ends the file; the last page comes always, be it empty.
    package mutating func finish() throws(CSVFileError) -> [CSVPage] {
        if splitter == nil { try start() }
        var pieces: [Piece] = []
        splitter?.finish { pieces.append(Piece($0)) }
        for piece in pieces { try take(piece) }
        if header == nil { throw .empty }
        return pages.finish()
    }

    /// A piece that outlives the splitter's buffer.
    private enum Piece {
        case record(bytes: [UInt8], line: Int, number: Int)
        case refusal(CSVRefusal)

        init(_ piece: CSVPiece) {
            switch piece {
            case .record(let record): self = .record(bytes: Array(record.bytes), line: record.line, number: record.number)
            case .refusal(let refusal): self = .refusal(refusal)
            }
        }
    }

    private mutating func start() throws(CSVFileError) {
        let dialect = try CSVDialect.detect(head)
        delimiter = dialect.delimiter
        splitter = CSVRecordSplitter(delimiter: dialect.delimiter)
        let rest = Array(head[dialect.byteOrderMarkLength...])
        head = []
        try feed(rest)
    }

    private mutating func feed(_ bytes: [UInt8]) throws(CSVFileError) {
        var pieces: [Piece] = []
        splitter?.push(bytes) { pieces.append(Piece($0)) }
        for piece in pieces { try take(piece) }
    }

    private mutating func take(_ piece: Piece) throws(CSVFileError) {
        switch piece {
        case .refusal(let refusal):
            guard header != nil else { throw .unreadableHeader(refusal) }
            pages.add(refusal)
        case .record(let bytes, let line, let number):
            if header == nil { return try readHeader(bytes, line, number) }
            pages.add(bytes, line: line, number: number)
        }
    }

    private mutating func readHeader(_ bytes: [UInt8], _ line: Int, _ number: Int) throws(CSVFileError) {
        var row = CSVRow()
        let parser = CSVFieldParser(delimiter: delimiter, encoding: encoding)
        let refusal: CSVRefusal? = bytes.withUnsafeBufferPointer { buffer in
            do throws(CSVRefusal) {
                try parser.parse(CSVRecord(bytes: buffer, line: line, number: number), into: &row)
                return nil
            } catch {
                return error
            }
        }
        if let refusal { throw .unreadableHeader(refusal) }
        let fields = (0..<row.count).map(row.string)
        _ = try CSVHeader(fields: fields)
        header = fields
        pages.begin(at: line + 1 + CSVPageBuilder.lineBreaks(bytes), item: 1)
    }
}
