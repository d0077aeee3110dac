import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    /// Answers at once; the snapshot runs in the background (API.md section 4 item 3).
    func queue(_ request: QueueCampaign, _ context: RPCContext) async throws -> CampaignQueueResult {
        let stored = try await campaign(at: request.address, in: database)
        guard stored.campaign.status.isEditable else { return CampaignQueueResult(campaign: stored.campaign, queued: false, batchCount: 0) }
        let audience = try await startFacts(of: stored)
        let queued = try await database.transaction { transaction in
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            guard stored.campaign.status.isEditable else { return false }
            return try await start(stored, audience, in: transaction)
        }
        runnerBell.wake()
        let now = try await campaign(at: request.address, in: database)
        return CampaignQueueResult(campaign: now.campaign, queued: queued, batchCount: queued ? now.batchCount : 0)
    }

    /// Fixes the content as a revision and makes the campaign `queued`, or `scheduled` when its time lies ahead; the caller holds its lock.
    /// - Returns: whether anything changed.
    func start(_ stored: StoredCampaign, _ audience: StartFacts, in transaction: PostgresConnection) async throws -> Bool {
        let campaign = stored.campaign
        guard audience.isAbout(campaign) else { throw AudienceUnavailable() }
        let content = ContentCheck(campaign)
        var fields = content.fields.merging(audience.fields) { first, _ in first }
        let from = SenderChoice.address(of: campaign.fromEmail, in: audience.senders)
        if from == nil { fields["from_email"] = "not_configured" }
        guard let from, fields.isEmpty else { throw ValidationFailure(fields, details: content.details.isEmpty ? nil : content.details) }
        let now = now()
        if let scheduledAt = campaign.scheduledAt, scheduledAt > now {
            guard campaign.status != .scheduled, let status = campaign.status.after(.schedule) else { return false }
            try await transaction.execute(ChangeStatus(id: campaign.id, status: status, reason: "", at: now))
            return true
        }
        guard campaign.status.after(.start) == .queued else { return false }
        let revision = InsertRevision(
            campaign: campaign,
            clientName: audience.senders.client.clientName,
            from: from,
            needs: content.needs,
            segmentRules: audience.segmentRules,
            at: now
        )
        guard let revisionID = try await transaction.first(revision) else { return false }
        try await transaction.execute(StartCampaign(id: campaign.id, revisionID: revisionID, at: now))
        return true
    }
}
