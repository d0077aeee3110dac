import Contracts
import Logging
import Model
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Applies the stored pages of imports in the background, page after page, the jobs in turn.
///
/// A page is applied and forgotten in one transaction, so that a killed process loses nothing and repeats nothing. Rung when an upload is
/// complete; looks by itself at its start and every 15 s, which is also how long it waits after a failure.
struct ImportRunner: Service {
    var handlers: AudienceHandlers

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await round() { continue }
                await handlers.importBell.wait(atMost: .seconds(15))
            }
        }
    }

    /// One page of each job that has some.
    ///
    /// - Returns: whether there may be more to do at once.
    func round() async -> Bool {
        do {
            let due = try await handlers.database.run(DueImports())
            var isAdvancing = false
            for job in due where try await step(job) { isAdvancing = true }
            return isAdvancing && !Task.isCancelled
        } catch {
            if !Task.isCancelled { handlers.logger.warning("an import in the background waits", metadata: ["error": "\(error)"]) }
            return false
        }
    }

    private func step(_ job: DueImports.Output) async throws -> Bool {
        let now = Timestamp.now()
        try await handlers.database.execute(StartImportJob(jobID: job.jobID, now: now))
        let wanted = StagedPage(jobID: job.jobID, organizationID: job.organizationID, sequence: job.nextSequence)
        do {
            // None: another process has just applied it.
            guard let staged = try await handlers.database.first(wanted) else { return false }
            _ = try await handlers.importPage(staged.page, bytes: staged.records)
        } catch let failure as ValidationFailure {
            let reasons = failure.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            try await fail(job, reasons)
        } catch let error as PostgresError where error.isAboutData {
            handlers.logger.error("an import in the background failed", metadata: ["job": "\(job.jobID)", "error": "\(error)"])
            try await fail(job, "the database refused a page (\(error.sqlState ?? "no state"))")
        }
        return true
    }

    private func fail(_ job: DueImports.Output, _ error: String) async throws {
        try await handlers.database.execute(FailImportJob(jobID: job.jobID, error: error, now: Timestamp.now()))
    }
}

extension PostgresError {
    /// Data exception, integrity violation, limit exceeded (classes 22, 23, 54): the same page fails again; all else may pass.
    fileprivate var isAboutData: Bool { ["22", "23", "54"].contains(sqlState?.prefix(2)) }
}
