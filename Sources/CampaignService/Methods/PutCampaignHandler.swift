import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    func put(_ request: PutCampaign, _ context: RPCContext) async throws -> CampaignPutResult {
        // A key that is not one can be nobody's; Postgres would not even take some.
        guard CampaignKey.isValid(request.address.externalKey) else {
            _ = try edited(Self.draft(request, at: now()), request, nil)
            throw ValidationFailure.field("external_key", "invalid")
        }
        // Asked before the lock is taken: nobody waits for Audience with a row held.
        let senders = try await configuredSenders(of: request)
        let id: (CampaignID, created: Bool) = try await database.transaction { transaction in
            if let locked = try await transaction.first(LockCampaignByKey(address: request.address)) {
                let stored = try await campaign(locked, in: transaction)
                try await transaction.execute(UpdateCampaign(campaign: try edited(stored.campaign, request, senders)))
                return (locked, false)
            }
            let draft = try edited(Self.draft(request, at: now()), request, senders)
            if let id = try await transaction.first(InsertCampaign(organizationID: request.address.scope.organizationID, campaign: draft)) {
                return (id, true)
            }
            // Somebody made it at the same moment; it is committed now.
            let stored = try await lockedCampaign(at: request.address, in: transaction)
            try await transaction.execute(UpdateCampaign(campaign: try edited(stored.campaign, request, senders)))
            return (stored.campaign.id, false)
        }
        return CampaignPutResult(campaign: try await campaign(id.0, in: database).campaign, created: id.created)
    }

    private static func draft(_ request: PutCampaign, at now: Timestamp) -> Campaign {
        var draft = Campaign.draft(
            key: request.address.externalKey,
            clientID: request.address.scope.clientID,
            audienceID: request.audienceID,
            at: now
        )
        draft.audienceSlug = request.audienceSlug
        draft.clientSlug = request.clientSlug
        return draft
    }

    /// nil when the change names no sender.
    private func configuredSenders(of request: PutCampaign) async throws -> ClientSenders? {
        guard let sender = request.change.fromEmail, !sender.isEmpty else { return nil }
        return try await ask(GetSenders(scope: request.address.scope))
    }

    private func edited(_ campaign: Campaign, _ request: PutCampaign, _ senders: ClientSenders?) throws -> Campaign {
        guard campaign.status.isEditable else { throw ValidationFailure.field("status", "not_editable") }
        guard campaign.audienceID == request.audienceID else { throw ValidationFailure.field("external_key", "audience_mismatch") }
        var edit = CampaignEdit(campaign, change: request.change, at: now())
        if let senders, SenderChoice.address(of: edit.campaign.fromEmail, in: senders) == nil { edit.add("from_email", "not_configured") }
        if let failure = edit.failure { throw failure }
        return edit.campaign
    }
}
