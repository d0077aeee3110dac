/// Reads a whole CSV file from chunks: byte order mark, delimiter, header, then rows with their line numbers.
///
/// Splitter, parser and header can be used apart; this is their usual combination. Memory does not grow with the file.
package struct CSVReader: Sendable {
    /// How many bytes may pass before the header's line end; a longer header is judged by its beginning.
    static let detectionBytes = 64 << 10

    /// What a chunk brought.
    package enum Event {
        /// Comes once, before every row.
        case header(CSVHeader)
        /// One good row. The row is used again for the next: keep its strings, not the row.
        case row(CSVRow)
        case refusal(CSVRefusal)
    }

    private let encoding: CSVEncoding
    private let fixedDelimiter: UInt8?
    private let required: [String]
    private let maximumRecordBytes: Int
    private var head: [UInt8] = []
    private var splitter: CSVRecordSplitter?
    private var parser: CSVFieldParser
    private var row = CSVRow()
    /// The header once it was read.
    package private(set) var header: CSVHeader?

    /// A reader for one file.
    ///
    /// A UTF-8 byte order mark decides over `encoding`; `delimiter` nil means found from the header.
    package init(
        encoding: CSVEncoding = .utf8,
        delimiter: UInt8? = nil,
        required: [String] = ["email"],
        maximumRecordBytes: Int = 1 << 20
    ) {
        self.encoding = encoding
        self.fixedDelimiter = delimiter
        self.required = required
        self.maximumRecordBytes = maximumRecordBytes
        parser = CSVFieldParser(encoding: encoding)
    }

    /// Takes the next bytes of the file.
    ///
    /// - Throws: `CSVFileError` when the file as a whole is unreadable, and whatever `emit` throws. The reader is of no use then.
    package mutating func push(_ bytes: UnsafeBufferPointer<UInt8>, emit: (Event) throws -> Void) throws {
        if splitter != nil { return try feed(bytes, emit: emit) }
        head.append(contentsOf: bytes)
        let bringsLineEnd = bytes.contains { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
        if head.count >= Self.detectionBytes || (bringsLineEnd && hasWholeHeader) { try start(emit: emit) }
    }

    /// Takes the next bytes of the file.
    package mutating func push(_ bytes: [UInt8], emit: (Event) throws -> Void) throws {
        try bytes.withUnsafeBufferPointer { try push($0, emit: emit) }
    }

    /// Says that the file is at its end.
    ///
    /// - Throws: `CSVFileError`, `.empty` included, and whatever `emit` throws.
    package mutating func finish(emit: (Event) throws -> Void) throws {
        if splitter == nil { try start(emit: emit) }
        guard var splitter else { return }
        self.splitter = nil
        try splitter.finish { try take($0, emit: emit) }
        if header == nil { throw CSVFileError.empty }
    }

    private var hasWholeHeader: Bool {
        let isBreak: (UInt8) -> Bool = { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
        guard let first = head.firstIndex(where: { !isBreak($0) }) else { return false }
        return head[first...].contains(where: isBreak)
    }

    private mutating func start(emit: (Event) throws -> Void) throws {
        var dialect = try CSVDialect.detect(head)
        dialect.delimiter = fixedDelimiter ?? dialect.delimiter
        if dialect.byteOrderMarkLength > 0 { parser.encoding = .utf8 }
        parser.delimiter = dialect.delimiter
        splitter = CSVRecordSplitter(delimiter: dialect.delimiter, maximumRecordBytes: maximumRecordBytes)
        var first: [UInt8] = []
        swap(&first, &head)
        try first.withUnsafeBufferPointer {
            try feed(UnsafeBufferPointer(rebasing: $0[dialect.byteOrderMarkLength...]), emit: emit)
        }
    }

    private mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, emit: (Event) throws -> Void) throws {
        guard var splitter else { return }
        self.splitter = nil
        try splitter.push(bytes) { try take($0, emit: emit) }
        self.splitter = splitter
    }

    private mutating func take(_ piece: CSVPiece, emit: (Event) throws -> Void) throws {
        switch piece {
        case .refusal(let refusal):
            guard header != nil else { throw CSVFileError.unreadableHeader(refusal) }
            try emit(.refusal(refusal))
        case .record(let record):
            do {
                try parser.parse(record, into: &row)
            } catch {
                guard header != nil else { throw CSVFileError.unreadableHeader(error) }
                return try emit(.refusal(error))
            }
            guard header == nil else { return try emit(.row(row)) }
            let names = try CSVHeader(fields: (0..<row.count).map(row.string), required: required)
            header = names
            parser.expectedFieldCount = row.count
            try emit(.header(names))
        }
    }
}
