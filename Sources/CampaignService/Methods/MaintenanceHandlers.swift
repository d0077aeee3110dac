import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    /// Starts what is due and settles what nobody else will; the runner does the rest.
    func tick(_ request: CampaignTick, _ context: RPCContext) async throws -> TickReport {
        let round = CampaignRound(handlers: self)
        let due = try await round.startDue() + (try await round.sweep())
        try await database.execute(PruneAppliedEvents())
        try await inbox.prune(in: database)
        let hasMore = try await database.first(HasCampaignWork(now: now())) ?? false
        if due > 0 || hasMore { runnerBell.wake() }
        return TickReport(due: due > 0 ? due : hasMore ? 1 : 0)
    }

    /// Recounts the ledger batch by batch, each batch and its rows in one snapshot, so that it is right while workers go on.
    func verify(_ request: CampaignVerify, _ context: RPCContext) async throws -> VerifyReport {
        let backlog = try await outbox.backlog(database)
        var report = VerifyReport(mismatches: [], outboxPending: backlog.count, checked: 0, oldestWaitingSeconds: backlog.oldestSeconds)
        if request.onlyWaiting == true { return report }
        report.mismatches = try await outbox.deadItems(database)
        var after = BatchID(0)
        while let page = try await database.first(RecountBatches(after: after, limit: 200)) {
            report.mismatches += page.mismatches
            report.checked += Int(page.checked)
            after = BatchID(page.lastBatch)
        }
        report.mismatches += try await database.run(RecountCampaigns())
        report.mismatches += try await database.run(RecountLinks())
        report.mismatches = Array(report.mismatches.prefix(1_000))
        return report
    }
}
