import CSV
import Contracts

/// A page whose first changes, of most pages all, are read and in order.
struct ImportPageStart: Sendable {
    private(set) var reader: ImportPageReader
    /// In the order of addresses, then of records.
    private(set) var first: [ContactPatch]

    /// - Throws: `job_id: invalid`, header faults.
    init(page: ImportPage, bytes: [UInt8], job: ImportJob) throws {
        guard let encoding = CSVEncoding(name: job.encoding), let delimiter = ImportRules.delimiter(job.delimiter) else {
            throw ValidationFailure.field("job_id", "invalid")
        }
        let columns = job.format == .json ? ImportColumns() : try ImportColumns(header: job.header)
        reader = ImportPageReader(
            page: page,
            bytes: bytes,
            columns: columns,
            delimiter: delimiter,
            encoding: encoding,
            format: job.format
        )
        first = Self.sorted(reader.next(AudienceHandlers.importBatch))
    }

    static func sorted(_ patches: [ContactPatch]) -> [ContactPatch] {
        patches.sorted { ($0.email, $0.item) < ($1.email, $1.item) }
    }
}
