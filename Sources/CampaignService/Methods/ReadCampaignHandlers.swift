import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    func get(_ request: GetCampaign, _ context: RPCContext) async throws -> CampaignResult {
        CampaignResult(campaign: try await campaign(at: request.address, in: database).campaign)
    }

    /// Bodies are left out of a list: 500 of them would not fit one answer.
    func list(_ request: ListCampaigns, _ context: RPCContext) async throws -> CampaignList {
        let limit = min(max(request.limit, 1), 500)
        // One more than asked for tells whether more follow.
        let found = try await database.run(
            CampaignsOfClient(
                scope: request.scope,
                before: request.before,
                audienceID: request.audienceID,
                status: request.status,
                limit: limit + 1
            )
        )
        let campaigns = found.prefix(limit).map(\.campaign)
        return CampaignList(campaigns: campaigns, hasMore: (found.first?.pageCount ?? 0) > Int64(campaigns.count))
    }

    func find(_ request: FindCampaigns, _ context: RPCContext) async throws -> FoundCampaigns {
        FoundCampaigns(
            scopes: try await database.run(
                CampaignsOfKey(externalKey: request.externalKey, organizationID: request.organizationID, limit: FindCampaigns.limit)
            )
        )
    }

    func getContent(_ request: GetCampaignContent, _ context: RPCContext) async throws -> CampaignContent {
        try await content(of: try await campaign(at: request.address, in: database))
    }

    func getPreviewContent(_ request: GetPreviewContent, _ context: RPCContext) async throws -> CampaignContent {
        try await content(of: try await campaign(request.campaignID, in: database))
    }

    private func content(of stored: StoredCampaign) async throws -> CampaignContent {
        if let revisionID = stored.revisionID, let content = try await database.first(RevisionByID(id: revisionID)) { return content }
        let senders = try await ask(GetSenders(scope: stored.scope))
        guard let from = SenderChoice.address(of: stored.campaign.fromEmail, in: senders) else {
            throw ValidationFailure.field("from_email", "not_configured")
        }
        return CampaignContent(stored, from: from, clientName: senders.client.clientName)
    }

    func getRevision(_ request: GetRevision, _ context: RPCContext) async throws -> CampaignContent {
        guard let content = try await database.first(RevisionByID(id: request.revisionID)) else { throw GetRevision.Failure.notFound }
        return content
    }

    func recipientContext(_ request: RecipientContext, _ context: RPCContext) async throws -> RecipientContextResult {
        guard var found = try await database.first(ContextOfRecipient(id: request.recipientID)) else {
            throw RecipientContext.Failure.notFound
        }
        if request.wantsCategories == true { found.categoryTags = try await database.run(CategoriesOfClient(scope: found.scope)) }
        return found
    }

    /// Goes through the batches that hold such rows, so that ten unknown rows among a million are found by reading ten batches.
    func listRecipients(_ request: ListRecipients, _ context: RPCContext) async throws -> RecipientList {
        let id = try await campaign(at: request.address, in: database).campaign.id
        let limit = min(max(request.limit, 1), 1_000)
        let state = request.state.map { LedgerState($0) } ?? request.status.flatMap { LedgerState(of: $0) }
        let batches = try await database.run(
            BatchesHolding(campaignID: id, state: state, fact: request.status?.fact, after: request.after, limit: limit)
        )
        var recipients: [Recipient] = []
        for batch in batches where recipients.count < limit {
            recipients += try await database.run(
                RecipientsOfBatch(
                    range: batch,
                    state: state,
                    status: request.status,
                    after: request.after,
                    limit: limit - recipients.count
                )
            )
        }
        return RecipientList(recipients: recipients)
    }
}

extension CampaignContent {
    /// The content of a draft, which has no revision yet.
    init(_ stored: StoredCampaign, from: String, clientName: String) {
        let campaign = stored.campaign
        self.init(
            campaignID: campaign.id,
            revisionID: RevisionID(0),
            externalKey: campaign.externalKey,
            scope: stored.scope,
            audienceID: campaign.audienceID,
            audienceSlug: campaign.audienceSlug,
            clientSlug: campaign.clientSlug,
            clientName: clientName,
            subject: campaign.subject,
            previewText: campaign.previewText,
            htmlBody: campaign.htmlBody,
            textBody: campaign.textBody,
            from: from,
            categoryTag: campaign.categoryTag,
            trackOpens: campaign.trackOpens,
            trackClicks: campaign.trackClicks,
            strictVariables: campaign.strictVariables,
            metadata: campaign.metadata
        )
    }
}
