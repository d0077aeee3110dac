import Contracts
import Logging
import Model
import Postgres

/// Carries out one import: reads its file into rows, and, when all of it was fine, applies them; every page is a transaction that also notes
/// how far it came, so that another process goes on where this one was killed.
struct ListImportWorker {
    /// Another worker may take an import whose worker was not heard of for so long.
    static let lease: Duration = .seconds(30)
    static let maximumAttempts = 4

    /// Somebody else goes on with this import.
    struct Superseded: Error {}

    let database: PostgresPool
    let source: any ListImportSource
    let logger: Logger

    /// Does what is left of a claimed import.
    func run(_ job: ListImportJob) async throws {
        do {
            try await carryOut(job)
        } catch let failure as ListImportFailure {
            try await settle(job, failure)
        } catch let failure as ValidationFailure {
            let reason = failure.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            try await settle(job, ListImportFailure(reason: reason, isTransient: false))
        } catch is Superseded {
            return
        }
    }

    private func carryOut(_ job: ListImportJob) async throws {
        if !job.isRead { try await read(job) }
        guard let read = try await database.first(ListImportByID(jobID: job.id)), read.status == .processing else { return }
        guard read.failedCount == 0 else { throw ListImportFailure(reason: "row_validation_failed", isTransient: false) }
        try await ListImportApplication(job: read, database: database).run()
        try await deleteRows(job.id)
    }

    private func settle(_ job: ListImportJob, _ failure: ListImportFailure) async throws {
        if failure.isTransient, job.attempts < Self.maximumAttempts {
            let pause = Double(1 << (2 * job.attempts))
            try await database.execute(PostponeListImport(jobID: job.id, seconds: pause, error: failure.reason))
        } else {
            try await database.execute(EndListImport(jobID: job.id, status: .failed, error: failure.reason))
            try await deleteRows(job.id)
        }
    }

    private func deleteRows(_ jobID: Int64) async throws {
        while try await database.execute(DeleteListImportRows(jobID: jobID, limit: 20_000)) > 0 {}
    }

    // MARK: Reading

    private func read(_ job: ListImportJob) async throws {
        do {
            try await read(job, after: job.mark)
        } catch is ListImportReader.SourceChanged {
            try await deleteRows(job.id)
            guard try await database.execute(RestartListImport(jobID: job.id, mark: job.mark)) == 1 else { throw Superseded() }
            try await read(job, after: ListImportReader.Mark())
        }
    }

    private func read(_ job: ListImportJob, after start: ListImportReader.Mark) async throws {
        var reader = ListImportReader(after: start)
        var mark = start
        try await source.read(job.sourceURL) { bytes in
            for page in try reader.push(bytes) { try await keep(page, of: job, &mark, isLast: false) }
        }
        try await keep(try reader.finish(), of: job, &mark, isLast: true)
    }

    private func keep(
        _ page: ListImportReader.Page,
        of job: ListImportJob,
        _ mark: inout ListImportReader.Mark,
        isLast: Bool
    ) async throws {
        let start = mark
        try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let erased = try await erased(page.members, job, connection)
            let faults = (page.faults + erased.map { ListImportFault(line: $0, errors: ["email": "erased"]) }).sorted { $0.line < $1.line }
            let note = NoteListImportPage(jobID: job.id, start: start, page: page, faults: faults, isLast: isLast)
            guard try await connection.execute(note) == 1 else { throw Superseded() }
            if !page.members.isEmpty { try await connection.execute(InsertListImportRows(jobID: job.id, members: page.members)) }
        }
        mark = page.end
    }

    /// The lines that name people who were erased.
    private func erased(_ members: [ListImportLine.Member], _ job: ListImportJob, _ connection: PostgresConnection) async throws -> [Int64] {
        let known = try await KnownScope.find(job.scope, connection)
        guard !known.tombstoneKey.isEmpty, !members.isEmpty else { return [] }
        let key = try ListKey(job.listKey)
        let contacts = ListMemberContacts(known: known, key: key, now: .now(), dryRun: true, connection: connection)
        var patches = members.map(\.patch)
        for index in patches.indices { patches[index].index = index }
        return try await contacts.resolve(ListMemberRules.lastOnes(patches)).erased.map { members[$0.index].line }
    }
}
