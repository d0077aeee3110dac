import Contracts
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    /// Forgets what ended imports left behind, in bounded statements.
    func tick() async throws -> TickReport {
        var due = try await database.execute(PruneImportJobs())
        for _ in 0..<50 {
            let pruned = try await database.execute(PruneImportSeen(limit: 20_000))
            due += pruned
            if pruned < 20_000 { break }
        }
        due += try await database.execute(PruneImportPages(limit: 1_000))
        due += try await database.execute(PruneListUploads())
        try await Inbox(schema: "audience").prune(in: database)
        let imports = try await database.first(OpenListImports()) ?? 0
        if imports > 0 { listImportBell.wake() }
        due += Int(imports)
        return TickReport(due: due)
    }

    func verify(_ request: AudienceVerify) async throws -> VerifyReport {
        let outbox = Outbox(schema: "audience")
        let backlog = try await outbox.backlog(database)
        var report = VerifyReport(mismatches: [], outboxPending: backlog.count, checked: 0, oldestWaitingSeconds: backlog.oldestSeconds)
        if request.onlyWaiting == true { return report }
        (report.checked, report.mismatches) = try await recount()
        report.mismatches += try await outbox.deadItems(database)
        return report
    }

    private func recount() async throws -> (checked: Int, mismatches: [String]) {
        var mismatches: [String] = []
        var checked = 0
        func take(_ recount: Recount?, _ what: String) {
            guard let recount else { return }
            checked += Int(recount.found)
            if recount.wrong > 0 { mismatches.append("\(recount.wrong) of \(recount.found) \(what)") }
        }
        take(try await database.first(ForeignMemberships()), "audience rows are not of their contact's organization")
        take(try await database.first(ForeignSubscriptions()), "subscriptions have no audience row or a client of another organization")
        take(try await database.first(UntaggedReferences()), "tag sets name a tag that their audience does not have")
        take(try await database.first(MiscountedLists()), "lists are miscounted")
        take(try await database.first(MiscountedReasons()), "members of lists above have another number of reasons than lists below name them")
        take(try await database.first(ForeignListMembers()), "members of lists are not of their list's organization")
        for job in try await database.run(MiscountedImports()) {
            checked += 1
            if job.total != job.recounted {
                mismatches.append("import \(job.jobID): total is \(job.total), the pages have \(job.recounted)")
            }
        }
        return (checked, mismatches)
    }
}
