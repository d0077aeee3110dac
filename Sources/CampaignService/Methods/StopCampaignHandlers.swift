import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    func cancel(_ request: CancelCampaign, _ context: RPCContext) async throws -> CampaignCancelResult {
        let now = now()
        // The status comes first and alone: no claim that begins after it takes a row, however long the rows below need.
        let cancelled: CampaignID? = try await database.transaction { transaction in
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            if stored.campaign.status == .cancelled { return nil }
            guard let status = stored.campaign.status.after(.cancel) else { throw ValidationFailure.field("status", "not_cancellable") }
            try await transaction.execute(ChangeStatus(id: stored.campaign.id, status: status, reason: "", at: now))
            return stored.campaign.id
        }
        var skipped: Int64 = 0
        if let cancelled {
            skipped = try await skipPending(of: cancelled)
            try await finishIfDone(cancelled)
            runnerBell.wake()
        }
        let campaign = try await campaign(at: request.address, in: database).campaign
        return CampaignCancelResult(campaign: campaign, cancelled: cancelled != nil, skippedCount: skipped)
    }

    /// Settles every row of an ended campaign that waits, some thousand a transaction.
    ///
    /// Safe to repeat.
    /// - Returns: how many this call skipped.
    func skipPending(of id: CampaignID) async throws -> Int64 {
        var skipped: Int64 = 0
        var after = RecipientID(0)
        while true {
            let batches = try await database.run(BatchesHolding(campaignID: id, state: .pending, after: after, limit: 200))
            guard let last = batches.last else { return skipped }
            for range in BatchRange.grouping(batches, limit: 20) { skipped += try await database.first(SkipPending(range: range)) ?? 0 }
            after = RecipientID(last.lastRecipient)
        }
    }

    func pause(_ request: PauseCampaign, _ context: RPCContext) async throws -> CampaignResult {
        let now = now()
        try await database.transaction { transaction in
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            if stored.campaign.status == .paused { return }
            guard let status = stored.campaign.status.after(.pause) else { throw ValidationFailure.field("status", "not_pausable") }
            try await transaction.execute(ChangeStatus(id: stored.campaign.id, status: status, reason: "", at: now))
        }
        return CampaignResult(campaign: try await campaign(at: request.address, in: database).campaign)
    }

    func resume(_ request: ResumeCampaign, _ context: RPCContext) async throws -> CampaignResult {
        let now = now()
        try await database.transaction { transaction in
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            let running: Set<CampaignStatus> = [.queued, .snapshotting, .sending]
            if running.contains(stored.campaign.status) { return }
            let transition: CampaignTransition =
                stored.isSnapshotComplete ? .resumeSending : stored.isSnapshotStarted ? .resumeSnapshotting : .resumeQueued
            guard let status = stored.campaign.status.after(transition) else { throw ValidationFailure.field("status", "not_resumable") }
            try await transaction.execute(ChangeStatus(id: stored.campaign.id, status: status, reason: "", at: now))
            // The queue may have given up the messages of a long pause.
            try await transaction.execute(MarkForEnqueue(campaignID: stored.campaign.id))
        }
        runnerBell.wake()
        let stored = try await campaign(at: request.address, in: database)
        // Everything may have been settled meanwhile.
        if stored.campaign.status == .sending { try await finishIfDone(stored.campaign.id) }
        return CampaignResult(campaign: try await campaign(at: request.address, in: database).campaign)
    }
}
