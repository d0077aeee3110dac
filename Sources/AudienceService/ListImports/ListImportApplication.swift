import Contracts
import Model
import Postgres

/// Applies the rows of a file that was read, page by page, then ends what the file did not name, when that is wanted.
struct ListImportApplication {
    static let pageRows = 5_000

    let job: ListImportJob
    let database: PostgresPool

    func run() async throws {
        var line = job.appliedLine
        while let next = try await applyPage(after: line) { line = next }
        var contact = job.judgedContactID
        while let next = try await judgePage(after: contact) { contact = next }
    }

    /// - Returns: the last line of the page; nil when there was none.
    private func applyPage(after line: Int64) async throws -> Int64? {
        let rows = try await database.run(ListImportRowsPage(jobID: job.id, after: line, limit: Self.pageRows))
        guard let last = rows.last else { return nil }
        let patches = ListMemberRules.lastOnes(rows.map(\.patch))
        let run = BulkListRun(scope: job.scope, key: try ListKey(job.listKey), change: job.change, patches: patches) { _ in "email" }
        try await database.retriedTransaction { connection in
            let (applied, erased) = try await run.applyLeavingErased(connection)
            let note = NoteListImportRows(
                jobID: job.id,
                after: line,
                line: last.line,
                created: Int64(applied.counts.created),
                updated: Int64(rows.count - applied.counts.created - erased.count),
                failed: erased.map { ListImportFault(line: rows[$0.index].line, errors: ["email": "erased"]) }
            )
            guard try await connection.execute(note) == 1 else { throw ListImportWorker.Superseded() }
        }
        return last.line
    }

    /// - Returns: the contact after which to go on; nil when the import has succeeded.
    private func judgePage(after contact: Int64) async throws -> Int64? {
        let key = try ListKey(job.listKey)
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(job.scope, connection)
            let tree = try await ListTree.lock(known, now: now, connection)
            let list = try await tree.put(key, ListChange()).list
            var page: (count: Int, next: Int64?) = (0, nil)
            if job.removesAbsent {
                page = try await ListMembersWriter(tree: tree, key: key, listID: list.id).removeAbsent(import: job.id, after: contact)
                if page.next == nil { try await connection.execute(ReconciledList(listID: list.id, now: now)) }
            }
            let note = NoteListImportRemovals(jobID: job.id, after: contact, next: page.next ?? contact, removed: Int64(page.count))
            guard try await connection.execute(note) == 1 else { throw ListImportWorker.Superseded() }
            if page.next == nil { try await connection.execute(EndListImport(jobID: job.id, status: .succeeded, error: "")) }
            return page.next
        }
    }
}
