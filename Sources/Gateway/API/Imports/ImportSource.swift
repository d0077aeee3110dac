import CSV
import Contracts
import Cryptography
import JSON

/// One page of an import, on its way to Audience.
struct ImportSourcePage: Sendable {
    var bytes: [UInt8]
    var firstLine: Int
    var firstItem: Int
    var refused: [RowFault]
    var isLast: Bool
}

/// What is to be imported, cut into pages; the same bytes give the same pages each time, so that an upload can be repeated.
protocol ImportSource: Sendable {
    var format: ImportFormat { get }
    var header: [String] { get }
    var delimiter: UInt8 { get }
    var encoding: String { get }
    var rowCount: Int { get }
    /// Names the content.
    var fingerprint: String { get }
    /// Hands out the pages in order.
    func forEachPage(_ body: (ImportSourcePage) async throws -> Void) async throws
}

/// A CSV.
struct CSVImportSource: ImportSource {
    static let maximumPageRecords = 5_000

    let format = ImportFormat.csv
    let header: [String]
    let delimiter: UInt8
    let encoding: String
    let rowCount: Int
    let fingerprint: String
    private let content: ImportContent
    private let decoding: CSVEncoding

    /// Reads all of it once.
    ///
    /// - Throws: `csv: …` when it cannot be read as a whole.
    init(_ content: ImportContent, _ encoding: CSVEncoding) async throws {
        self.content = content
        decoding = encoding
        self.encoding = encoding.rawValue
        let hash = StreamingSHA256()
        var pager = Self.pager(encoding)
        var rows = 0
        try await Self.forEachPage(content, &pager, hash: hash) { page, _ in rows += page.recordCount + page.refusals.count }
        header = pager.header ?? []
        delimiter = pager.delimiter
        rowCount = rows
        fingerprint = Hexadecimal.encode(hash.finalize())
    }

    func forEachPage(_ body: (ImportSourcePage) async throws -> Void) async throws {
        var pager = Self.pager(decoding)
        try await Self.forEachPage(content, &pager, hash: nil) { page, isLast in
            try await body(
                ImportSourcePage(
                    bytes: page.bytes,
                    firstLine: page.firstLine,
                    firstItem: page.firstItem,
                    refused: page.refusals.map { refusal in
                        RowFault(
                            line: refusal.line,
                            item: refusal.recordNumber - 1,
                            errors: ["row": refusal.code],
                            details: ["row": refusal.explanation()]
                        )
                    },
                    isLast: isLast
                )
            )
        }
    }

    private static func pager(_ encoding: CSVEncoding) -> CSVPager {
        CSVPager(encoding: encoding, maximumPageBytes: 1 << 20, maximumPageRecords: maximumPageRecords)
    }

    private static func forEachPage(
        _ content: ImportContent,
        _ pager: inout CSVPager,
        hash: StreamingSHA256?,
        _ body: (CSVPage, _ isLast: Bool) async throws -> Void
    ) async throws {
        do {
            var offset = 0
            while true {
                let chunk = try content.chunk(at: offset)
                if chunk.isEmpty { break }
                offset += chunk.count
                hash?.update(chunk)
                for page in try pager.push(chunk) { try await body(page, false) }
            }
            let rest = try pager.finish()
            for (index, page) in rest.enumerated() { try await body(page, index == rest.count - 1) }
        } catch let error as CSVFileError {
            throw APIError.validation(ValidationFailure(["csv": error.code], details: ["csv": "\(error)"]))
        }
    }
}

/// A list of JSON objects.
struct JSONImportSource: ImportSource {
    static let maximumPageItems = 5_000
    static let maximumPageBytes = 1 << 20

    let format = ImportFormat.json
    let header: [String] = []
    let delimiter = UInt8(ascii: ",")
    let encoding = CSVEncoding.utf8.rawValue
    var rowCount: Int { items.count }
    var fingerprint: String { Hexadecimal.encode(SHA256.hash(Array(JSONValue.array(items).text.utf8))) }
    let items: [JSONValue]

    func forEachPage(_ body: (ImportSourcePage) async throws -> Void) async throws {
        var page = ImportSourcePage(bytes: [], firstLine: 1, firstItem: 1, refused: [], isLast: false)
        var count = 0
        for (index, item) in items.enumerated() {
            let item = Self.line(item, number: index + 1)
            if count == Self.maximumPageItems || page.bytes.count > Self.maximumPageBytes {
                try await body(page)
                page = ImportSourcePage(bytes: [], firstLine: index + 1, firstItem: index + 1, refused: [], isLast: false)
                count = 0
            }
            count += 1
            switch item {
            case .failure(let fault): page.refused.append(fault)
            case .success(let line): page.bytes += line + [UInt8(ascii: "\n")]
            }
        }
        page.isLast = true
        try await body(page)
    }

    private enum Line { case success([UInt8]), failure(RowFault) }

    private static func line(_ item: JSONValue, number: Int) -> Line {
        guard let object = item.objectValue else {
            return .failure(RowFault(line: number, item: number, errors: ["item": "must_be_object"]))
        }
        let email = object["email"]?.stringValue.map { String($0.prefix(320)) }
        var fields = RequestFields(object)
        fields.add(ContactImportShapes.item.faults(object))
        let line = ContactEndpoints.change(&fields).importLine
        if line.count > maximumPageBytes { fields.fault("item", "too_long") }
        guard fields.faults.isEmpty else {
            return .failure(RowFault(line: number, item: number, email: email, errors: fields.faults, details: fields.details))
        }
        return .success(line)
    }
}
