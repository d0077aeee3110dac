import CSV
import Contracts

/// Collects what the records of a page say: changes, faults by line and number, and how many records there were.
struct ImportPageSink: Sendable {
    /// Faults that are kept; more are counted only.
    static let maximumFaults = 10_000

    private let firstLine: Int
    private var nextItem: Int
    private let refusedItems: Set<Int>
    private let parser: CSVFieldParser
    private var row = CSVRow()
    private(set) var rows: ImportRowReader
    private(set) var patches: [ContactPatch] = []
    private(set) var faults: [RowFault] = []
    /// All of them, also those beyond ``maximumFaults``.
    private(set) var faultCount = 0
    /// Records of the page, and those that the sender refused.
    private(set) var recordCount = 0

    init(page: ImportPage, parser: CSVFieldParser, rows: ImportRowReader) {
        firstLine = page.firstLine
        nextItem = page.firstItem
        refusedItems = Set(page.refused.map(\.item))
        self.parser = parser
        self.rows = rows
        for fault in page.refused {
            recordCount += 1
            add(fault)
        }
    }

    mutating func take(_ piece: CSVPiece) {
        recordCount += 1
        let item = takeNumber()
        switch piece {
        case .refusal(let refusal): add(refusal, item)
        case .record(let record):
            do throws(CSVRefusal) {
                try parser.parse(record, into: &row)
                take(rows.read(row), line: line(record.line), item)
            } catch {
                add(error, item)
            }
        }
    }

    /// Takes one item of an import of JSON; what the page refuses in advance has numbers of its own.
    mutating func takeItem(_ line: ArraySlice<UInt8>) {
        recordCount += 1
        let item = takeNumber()
        take(rows.read(item: line), line: item, item)
    }

    private mutating func takeNumber() -> Int {
        // The sender has counted what it refused; those numbers are taken.
        while refusedItems.contains(nextItem) { nextItem += 1 }
        defer { nextItem += 1 }
        return nextItem
    }

    mutating func add(_ fault: RowFault) {
        faultCount += 1
        if faults.count < Self.maximumFaults { faults.append(fault) }
    }

    mutating func takePatches() -> [ContactPatch] {
        var taken: [ContactPatch] = []
        swap(&taken, &patches)
        return taken
    }

    private mutating func take(_ outcome: ImportRowReader.Outcome, line: Int, _ item: Int) {
        switch outcome {
        case .faults(let reasons, let email):
            add(RowFault(line: line, item: item, email: email, errors: reasons.errors, details: reasons.details))
        case .patch(var patch):
            patch.item = item
            patch.line = line
            patches.append(patch)
        }
    }

    private mutating func add(_ refusal: CSVRefusal, _ item: Int) {
        add(
            RowFault(line: line(refusal.line), item: item, errors: ["row": refusal.code], details: ["row": refusal.explanation(firstLine: firstLine)])
        )
    }

    private func line(_ lineInPage: Int) -> Int { firstLine + lineInPage - 1 }
}
