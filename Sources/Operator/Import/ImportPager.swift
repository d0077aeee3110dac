import CSV

/// Cuts what is imported into pages; ``CSVPager`` for our own format.
protocol ImportPager {
    /// Once it was read: the names of the columns of the pages.
    var header: [String]? { get }
    var delimiter: UInt8 { get }
    mutating func push(_ bytes: [UInt8]) throws -> [CSVPage]
    mutating func finish() throws -> [CSVPage]
}

extension CSVPager: ImportPager {}

/// What a row of another program's export says in the columns of ours.
protocol RowTranslation {
    /// Columns without which it is not such an export, normalised.
    static var required: [String] { get }
    /// The columns that ``translate(_:)`` fills.
    var columns: [String] { get }
    func translate(_ row: CSVRow) -> [String]
}

/// Pages of another program's export in the columns of ours; every record keeps its line and number.
struct TranslatingPager<Translation: RowTranslation>: ImportPager {
    private var reader: CSVReader
    private var pages = CSVPageBuilder(maximumPageBytes: 1 << 20, maximumPageRecords: 10_000)
    private let make: (CSVHeader) throws -> Translation
    private var translation: Translation?

    var header: [String]? { translation?.columns }
    let delimiter = UInt8(ascii: ",")

    init(encoding: CSVEncoding, _ make: @escaping (CSVHeader) throws -> Translation) {
        reader = CSVReader(encoding: encoding, required: Translation.required)
        self.make = make
    }

    mutating func push(_ bytes: [UInt8]) throws -> [CSVPage] {
        var events = Events(pages: pages, translation: translation, make: make)
        try reader.push(bytes) { try events.take($0) }
        (pages, translation) = (events.pages, events.translation)
        return pages.takeFull()
    }

    mutating func finish() throws -> [CSVPage] {
        var events = Events(pages: pages, translation: translation, make: make)
        try reader.finish { try events.take($0) }
        (pages, translation) = (events.pages, events.translation)
        return pages.finish()
    }

    /// Apart from the reader, which is busy while it hands events out.
    private struct Events {
        var pages: CSVPageBuilder
        var translation: Translation?
        let make: (CSVHeader) throws -> Translation

        mutating func take(_ event: CSVReader.Event) throws {
            switch event {
            case .header(let header): translation = try make(header)
            case .refusal(let refusal): pages.add(refusal)
            case .row(let row):
                guard let translation else { return }
                var writer = CSVWriter(guardsFormulas: false)
                writer.writeRecord(translation.translate(row))
                pages.add(Array(writer.takeBytes().dropLast(2)), line: row.line, number: row.recordNumber)
            }
        }
    }
}
