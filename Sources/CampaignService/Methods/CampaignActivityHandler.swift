import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    func activity(_ request: GetCampaignActivity, _ context: RPCContext) async throws -> CampaignActivity {
        let campaign = try await campaign(at: request.address, in: database).campaign
        return CampaignActivity(
            campaign: campaign,
            series: try await database.run(CampaignSeries(id: campaign.id, interval: request.interval)),
            links: try await database.run(LinksOfCampaign(id: campaign.id))
        )
    }

    /// The time and the status are one transaction; what cannot be sent is refused now.
    func schedule(_ request: ScheduleCampaign, _ context: RPCContext) async throws -> CampaignResult {
        guard request.at > now() else { throw ValidationFailure.field("scheduled_at", "must_be_in_future") }
        let facts = try await startFacts(of: try await campaign(at: request.address, in: database))
        try await database.transaction { transaction in
            var stored = try await lockedCampaign(at: request.address, in: transaction)
            guard stored.campaign.status.isEditable else { throw ValidationFailure.field("status", "not_schedulable") }
            stored.campaign.scheduledAt = request.at
            stored.campaign.updatedAt = now()
            try await transaction.execute(UpdateCampaign(campaign: stored.campaign))
            _ = try await start(stored, facts, in: transaction)
        }
        return CampaignResult(campaign: try await campaign(at: request.address, in: database).campaign)
    }
}
