/// Cuts a CSV file into pages of whole records, so that an import of any size is a row of bounded calls.
///
/// Feed it bytes in chunks of any size. The header is read and checked first; memory is one page and the splitter's.
package struct CSVPager: Sendable {
    package let encoding: CSVEncoding
    private let maximumPageBytes: Int
    private let maximumPageRecords: Int
    private var head: [UInt8] = []
    private var splitter: CSVRecordSplitter?
    private var page = CSVPage(firstLine: 1, firstItem: 1)
    /// The line on which the page's next byte would stand.
    private var pageLine = 1

    /// The header's names as they stand in the file, once it was read.
    package private(set) var header: [String]?
    /// The field delimiter, once the header was read.
    package private(set) var delimiter = UInt8(ascii: ",")

    /// - Parameters:
    ///   - encoding: of the file; a UTF-8 byte order mark decides over it.
    ///   - maximumPageBytes: a page is handed out when the next record would not fit; one longer record makes a page of its own.
    package init(encoding: CSVEncoding = .utf8, maximumPageBytes: Int = 1 << 20, maximumPageRecords: Int = 10_000) {
        self.encoding = encoding
        self.maximumPageBytes = maximumPageBytes
        self.maximumPageRecords = maximumPageRecords
    }

    /// Takes the next bytes and hands out the pages that are full.
    ///
    /// - Throws: ``CSVFileError`` when the file as a whole cannot be read.
    package mutating func push(_ bytes: [UInt8]) throws(CSVFileError) -> [CSVPage] {
        var full: [CSVPage] = []
        guard splitter == nil else {
            try feed(bytes, &full)
            return full
        }
        head += bytes
        if head.count >= CSVReader.detectionBytes || head.contains(where: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) {
            try start(&full)
        }
        return full
    }

    /// Ends the file; the last page comes always, be it empty.
    package mutating func finish() throws(CSVFileError) -> [CSVPage] {
        var full: [CSVPage] = []
        if splitter == nil { try start(&full) }
        var pieces: [Piece] = []
        splitter?.finish { pieces.append(Piece($0)) }
        for piece in pieces { try take(piece, &full) }
        if header == nil { throw .empty }
        full.append(page)
        return full
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

    private mutating func start(_ full: inout [CSVPage]) throws(CSVFileError) {
        let dialect = try CSVDialect.detect(head)
        delimiter = dialect.delimiter
        splitter = CSVRecordSplitter(delimiter: dialect.delimiter)
        let rest = Array(head[dialect.byteOrderMarkLength...])
        head = []
        try feed(rest, &full)
    }

    private mutating func feed(_ bytes: [UInt8], _ full: inout [CSVPage]) throws(CSVFileError) {
        var pieces: [Piece] = []
        splitter?.push(bytes) { pieces.append(Piece($0)) }
        for piece in pieces { try take(piece, &full) }
    }

    private mutating func take(_ piece: Piece, _ full: inout [CSVPage]) throws(CSVFileError) {
        switch piece {
        case .refusal(let refusal):
            guard header != nil else { throw .unreadableHeader(refusal) }
            if page.recordCount > 0 || page.refusals.count >= maximumPageRecords { turn(&full, to: refusal.line, item: refusal.recordNumber - 1) }
            page.refusals.append(refusal)
        case .record(let bytes, let line, let number):
            if header == nil { return try readHeader(bytes, line, number) }
            let isFull = page.bytes.count + bytes.count > maximumPageBytes || page.recordCount >= maximumPageRecords
            // The numbers of records in a page are consecutive, so a refused one ends it.
            if (isFull && page.recordCount > 0) || !page.refusals.isEmpty { turn(&full, to: line, item: number - 1) }
            append(bytes, line, number)
        }
    }

    private mutating func append(_ bytes: [UInt8], _ line: Int, _ number: Int) {
        if page.recordCount == 0 {
            page.firstLine = line
            page.firstItem = number - 1
            pageLine = line
        }
        while pageLine < line {
            page.bytes.append(ASCII.lineFeed)
            pageLine += 1
        }
        page.bytes += bytes
        page.recordCount += 1
        pageLine = line + Self.lineBreaks(bytes)
    }

    private mutating func turn(_ full: inout [CSVPage], to line: Int, item: Int) {
        full.append(page)
        page = CSVPage(firstLine: line, firstItem: item)
        pageLine = line
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
        page = CSVPage(firstLine: line + 1 + Self.lineBreaks(bytes), firstItem: 1)
    }

    /// Line ends within a record, counted as the splitter counts them.
    private static func lineBreaks(_ bytes: [UInt8]) -> Int {
        var count = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == ASCII.carriageReturn || (byte == ASCII.lineFeed && previous != ASCII.carriageReturn) { count += 1 }
            previous = byte
        }
        return count
    }
}
