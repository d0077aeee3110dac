import Contracts
import Model
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    func stageImportPage(_ request: StageImportPage) async throws -> StagedImport {
        let page = request.page
        let bytes = try ImportPageRules.records(page)
        let refused = try RowFault.text(page.refused)
        let staged = try await database.retriedTransaction { connection in
            let lock = LockImportJob(organizationID: page.organizationID, jobID: page.jobID)
            guard let job = try await connection.first(lock) else { throw ValidationFailure.field("job_id", "not_found") }
            guard job.isBackground else { throw ValidationFailure.field("job_id", "not_background") }
            if page.sequence < job.stagedPages { return StagedImport(pages: job.stagedPages, isComplete: job.isStaged, isRepeated: true) }
            guard !job.isStaged else { throw ValidationFailure.field("sequence", "finished") }
            guard page.sequence == job.stagedPages else { throw ValidationFailure.field("sequence", "out_of_order") }
            try await connection.execute(
                AddStagedPage(
                    jobID: page.jobID,
                    sequence: Int32(clamping: page.sequence),
                    firstLine: Int64(page.firstLine),
                    firstItem: Int64(page.firstItem),
                    records: Bytea(bytes),
                    refused: refused,
                    isLast: page.isLast,
                    now: Timestamp.now()
                )
            )
            return StagedImport(pages: page.sequence + 1, isComplete: page.isLast, isRepeated: false)
        }
        if staged.isComplete { importBell.wake() }
        return staged
    }

    func getImportJob(_ request: GetImportJob) async throws -> ImportJobReport {
        let statement = ImportJobReportByID(
            organizationID: request.organizationID,
            clientID: request.clientID,
            jobID: request.jobID
        )
        guard let report = try await database.first(statement) else { throw ValidationFailure.field("import_job", "not_found") }
        return report
    }

    func importFaults(_ request: ImportFaults) async throws -> ImportFaultPage {
        let report = try await getImportJob(
            GetImportJob(organizationID: request.organizationID, clientID: request.clientID, jobID: request.jobID)
        )
        let after = Int32(clamping: request.after ?? -1)
        let pages = try await database.run(ImportFaultsBySequence(jobID: request.jobID, after: after))
        return ImportFaultPage(format: report.format, faults: pages.flatMap(\.faults), next: pages.last.map { Int($0.sequence) })
    }
}
