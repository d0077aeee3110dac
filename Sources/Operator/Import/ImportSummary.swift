import Contracts
import JSONRPC
import Model

/// What an import did.
struct ImportSummary: RPCPayload, Codable, Equatable {
    /// An import of the very same file that had ended before, so that this run had nothing to do.
    struct Earlier: Codable, Equatable {
        var jobID: ImportJobID
        var finishedAt: Timestamp
        var counts: ImportCounts
    }

    /// Of the whole file, with the pages of an interrupted run that this one went on with; zero when there was nothing to do.
    var counts: ImportCounts
    var dryRun: Bool
    /// The first of them.
    var faults: [RowFault] = []
    /// How many refused rows have a reason that is still known.
    var explained = 0
    /// Pages that an interrupted run of the same file had applied.
    var resumedPages = 0
    var earlier: Earlier?

    init(counts: ImportCounts, dryRun: Bool) {
        self.counts = counts
        self.dryRun = dryRun
    }

    func lines(showing limit: Int) -> [String] {
        var lines: [String] = []
        if let earlier {
            lines.append(
                "this very file was imported before, at \(earlier.finishedAt.iso8601) (import \(earlier.jobID)): "
                    + Self.line(earlier.counts, dryRun: false)
            )
            lines.append("nothing was done now; --again applies it anew")
        } else {
            lines.append(Self.line(counts, dryRun: dryRun))
        }
        lines += faults.prefix(limit).flatMap(Self.lines)
        lines += rest(limit)
        if resumedPages > 0 { lines.append("\(resumedPages) pages had been applied by an interrupted run of this file") }
        return lines
    }

    private static func line(_ counts: ImportCounts, dryRun: Bool) -> String {
        let verb = dryRun ? "would be " : ""
        return "\(counts.total) rows: \(counts.created) \(verb)created, \(counts.updated) \(verb)updated, \(counts.unchanged) unchanged, "
            + "\(counts.skipped) skipped, \(counts.invalid) refused"
    }

    /// A line for each reason: where, which field, the code, and the same in words.
    private static func lines(_ fault: RowFault) -> [String] {
        fault.errors.sorted { $0.key < $1.key }.map { field, code in
            "  line \(fault.line): \(field): \(code)" + (fault.details?[field].map { " (\($0))" } ?? "")
        }
    }

    /// What is not listed.
    private func rest(_ limit: Int) -> [String] {
        let refused = (earlier?.counts ?? counts).invalid
        let shown = min(limit, faults.count)
        var lines: [String] = []
        if explained > shown { lines.append("  … \(explained - shown) more (--show-faults N, or --faults FILE for all)") }
        if refused > explained { lines.append("  … \(refused - explained) more, whose reasons are not kept any more") }
        return lines
    }
}
