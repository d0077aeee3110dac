import Contracts
import Cryptography
import JSONRPC
import Model

extension FakeBackend {
    static let importJob = ImportJobReport(
        jobID: ImportJobID(9),
        status: .processing,
        audience: "main",
        client: "app",
        format: .csv,
        dryRun: false,
        isBackground: true,
        idempotencyKey: "big",
        counts: ImportCounts(),
        error: "",
        createdAt: Timestamp(microseconds: 1_700_000_000_000_001),
        startedAt: Timestamp(microseconds: 1_700_000_001_000_000),
        completedAt: nil,
        updatedAt: Timestamp(microseconds: 1_700_000_002_000_000)
    )

    static func addImportJobs(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(StageImportPage.self) { call, _ in
            let (known, isRepeated) = state.change { state in
                let isRepeated = call.page.sequence < state.staged.count
                if !isRepeated { state.staged.append(call.page) }
                return (state.staged.count, isRepeated)
            }
            return StagedImport(pages: known, isComplete: call.page.isLast, isRepeated: isRepeated)
        }
        methods.on(GetImportJob.self) { call, _ in
            guard call.jobID == ImportJobID(9) else { throw ValidationFailure.field("import_job", "not_found") }
            return importJob
        }
        methods.on(ImportFaults.self) { call, _ in
            guard call.jobID == ImportJobID(9) else { throw ValidationFailure.field("import_job", "not_found") }
            let page = (call.after ?? -1) + 1
            guard page < 3 else { return ImportFaultPage(format: .csv, faults: [], next: nil) }
            let fault = RowFault(
                line: page + 2,
                item: page + 1,
                email: "=bad\(page)",
                errors: ["email": "invalid", "status": "invalid"],
                details: ["email": "no @"]
            )
            return ImportFaultPage(format: .csv, faults: [fault], next: page)
        }
    }

    /// The address of each record of a page, whatever its format.
    static func emails(_ page: ImportPage, _ format: ImportFormat?) -> [String] {
        let lines = (Base64.standard.decode(page.records) ?? []).split(separator: UInt8(ascii: "\n"))
        return lines.map { line in
            if format == .json { return (try? ContactChange(importLine: line))?.email ?? "" }
            let text = String(decoding: line, as: UTF8.self)
            return String(text.split(separator: ",", omittingEmptySubsequences: false).first ?? "")
        }
    }
}
