import CSV
import Contracts
import Foundation

/// The refused rows of an import as they come: the first are kept for the answer, all go into the file that was asked for.
struct RefusedRows {
    /// How many are kept when nobody wants more.
    static let usuallyKept = 1_000

    private let limit: Int
    private let file: RefusedRowsFile?
    /// What the file calls its source.
    private let title: String
    private(set) var kept: [RowFault] = []
    private(set) var count = 0

    init(keeping limit: Int = Self.usuallyKept, file: RefusedRowsFile? = nil, title: String = "") {
        self.limit = limit
        self.file = file
        self.title = title
    }

    mutating func add(_ faults: [RowFault]) throws {
        count += faults.count
        kept += faults.prefix(max(0, limit - kept.count))
        try file?.write(faults, of: title)
    }
}

/// A CSV of every refused row, one record a reason; it replaces an older one when it is whole.
final class RefusedRowsFile: Sendable {
    private let path: String
    private let temporary: String
    private let handle: FileHandle
    private let namesSource: Bool

    /// - Parameter namesSource: whether the rows come from several files.
    init(path: String, of input: ImportFile, namesSource: Bool) throws {
        guard !input.isSame(as: path) else { throw CommandFailure("--faults: \(path) is the file that is imported") }
        self.path = path
        self.namesSource = namesSource
        temporary = path + ".new"
        guard FileManager.default.createFile(atPath: temporary, contents: nil), let handle = FileHandle(forWritingAtPath: temporary) else {
            throw CommandFailure("--faults: \(path) cannot be written")
        }
        self.handle = handle
        try write { $0.writeRecord(["line", "email", "field", "reason", "details"] + (namesSource ? ["file"] : [])) }
    }

    func write(_ faults: [RowFault], of title: String) throws {
        guard !faults.isEmpty else { return }
        try write { csv in
            for fault in faults {
                for (field, reason) in fault.errors.sorted(by: { $0.key < $1.key }) {
                    let record = [String(fault.line), fault.email ?? "", field, reason, fault.details?[field] ?? ""]
                    csv.writeRecord(record + (namesSource ? [title] : []))
                }
            }
        }
    }

    /// All rows are written.
    func finish() throws {
        try handle.close()
        guard rename(temporary, path) == 0 else { throw CommandFailure("--faults: \(path): \(String(cString: strerror(errno)))") }
    }

    /// The import failed.
    func abandon() {
        try? handle.close()
        unlink(temporary)
    }

    private func write(_ body: (inout CSVWriter) -> Void) throws {
        var csv = CSVWriter()
        body(&csv)
        do {
            try handle.write(contentsOf: Data(csv.takeBytes()))
        } catch {
            throw CommandFailure("--faults: \(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
