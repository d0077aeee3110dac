import Contracts
import JSONRPC

/// What an import did.
struct ImportSummary: RPCPayload, Codable, Equatable {
    /// Faults that are kept for listing; the counts have all.
    static let maximumFaults = 1_000

    var counts: ImportCounts
    var dryRun: Bool
    var faults: [RowFault] = []
    /// Pages that an earlier run of the same file had applied.
    var resumedPages = 0

    init(counts: ImportCounts, dryRun: Bool) {
        self.counts = counts
        self.dryRun = dryRun
    }

    mutating func add(_ more: [RowFault]) { faults += more.prefix(max(0, Self.maximumFaults - faults.count)) }

    func lines(showing limit: Int) -> [String] {
        let verb = dryRun ? "would be " : ""
        var lines = [
            "\(counts.total) rows: \(counts.created) \(verb)created, \(counts.updated) \(verb)updated, \(counts.unchanged) unchanged, "
                + "\(counts.skipped) skipped, \(counts.invalid) refused"
        ]
        lines += faults.prefix(limit).map { fault in
            let reasons = fault.errors.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            return "  line \(fault.line): \(reasons)"
        }
        if counts.invalid > min(limit, faults.count) { lines.append("  … \(counts.invalid - min(limit, faults.count)) more (--show-faults N)") }
        if resumedPages > 0 { lines.append("\(resumedPages) pages had been applied by an earlier run of this file") }
        return lines
    }
}
