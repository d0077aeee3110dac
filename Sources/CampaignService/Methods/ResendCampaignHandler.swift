import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    /// One transaction under the campaign's lock: the end of the campaign cannot be written between the status and the rows.
    func resend(_ request: ResendCampaign, _ context: RPCContext) async throws -> CampaignResendResult {
        let now = now()
        let state: LedgerState = request.kind == .failed ? .failed : .unknown
        let resent: Int64 = try await database.transaction { transaction in
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            guard let status = stored.campaign.status.after(.resend), stored.isSnapshotComplete else {
                throw ValidationFailure.field("status", "not_resendable")
            }
            let key = context.metadata.idempotencyKey.map { "resend:\(stored.campaign.id):\($0)" }
            guard try await inbox.isFirst(key, in: transaction) else { return 0 }
            let resent = try await resendRows(of: stored.campaign.id, state, in: transaction)
            guard resent > 0 else { return 0 }
            if status == .sending {
                try await transaction.execute(ChangeStatus(id: stored.campaign.id, status: status, reason: "", at: now))
            }
            return resent
        }
        runnerBell.wake()
        return CampaignResendResult(campaign: try await campaign(at: request.address, in: database).campaign, resentCount: resent)
    }

    private func resendRows(of id: CampaignID, _ state: LedgerState, in transaction: PostgresConnection) async throws -> Int64 {
        var resent: Int64 = 0
        var after = RecipientID(0)
        while true {
            let batches = try await transaction.run(BatchesHolding(campaignID: id, state: state, after: after, limit: 200))
            guard let last = batches.last else { return resent }
            for range in BatchRange.grouping(batches, limit: 20) {
                resent += try await transaction.first(ResendRows(range: range, state: state)) ?? 0
            }
            after = RecipientID(last.lastRecipient)
        }
    }
}
