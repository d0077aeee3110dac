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
        let hasMore = try await database.first(HasCampaignWork(now: now())) ?? false
        if due > 0 || hasMore { runnerBell.wake() }
        return TickReport(due: due > 0 ? due : hasMore ? 1 : 0)
    }

    /// Recounts the ledger batch by batch, each batch and its rows in one snapshot, so that it is right while workers go on.
    func verify(_ request: CampaignVerify, _ context: RPCContext) async throws -> VerifyReport {
        var mismatches: [String] = []
        var checked: Int64 = 0
        var after = BatchID(0)
        while let page = try await database.first(RecountBatches(after: after, limit: 200)) {
            mismatches += page.mismatches
            checked += page.checked
            after = BatchID(page.lastBatch)
        }
        mismatches += try await database.run(RecountCampaigns())
        return VerifyReport(
            mismatches: Array(mismatches.prefix(1_000)),
            outboxPending: try await outbox.pendingCount(database),
            checked: Int(checked)
        )
    }
}
