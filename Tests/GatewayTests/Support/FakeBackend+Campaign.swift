import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    static func campaign(_ state: SharedState) -> RPCMethodTable {
        var methods = RPCMethodTable()
        addRecipients(&methods, state)
        methods.on(RecipientContext.self) { call, _ in
            guard call.recipientID.rawValue == 42 else { throw RecipientContext.Failure.notFound }
            return RecipientContextResult(
                campaignID: CampaignID(5),
                scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3)),
                contactID: ContactID(77),
                email: "learner@example.com",
                clientName: "<App> & Co",
                categoryTags: call.wantsCategories == true ? ["news", "results"] : nil
            )
        }
        addEditing(&methods, state)
        methods.on(QueueCampaign.self) { call, _ in
            CampaignQueueResult(campaign: try example(call.address, status: .queued), queued: true, batchCount: 1)
        }
        methods.on(CancelCampaign.self) { call, _ in
            guard call.address.externalKey != "sent" else { throw ValidationFailure.field("status", "not_cancellable") }
            return CampaignCancelResult(campaign: try example(call.address, status: .cancelled), cancelled: true, skippedCount: 3)
        }
        methods.on(PauseCampaign.self) { call, _ in
            guard call.address.externalKey != "sent" else { throw ValidationFailure.field("status", "not_pausable") }
            return CampaignResult(campaign: try example(call.address, status: .paused))
        }
        methods.on(ResumeCampaign.self) { call, _ in CampaignResult(campaign: try example(call.address, status: .sending)) }
        return methods
    }

    private static func addEditing(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(PutCampaign.self) { call, _ in
            guard call.address.externalKey != "sent" else { throw ValidationFailure.field("status", "not_editable") }
            state.change { $0.campaignChanges.append(call.change) }
            return CampaignPutResult(campaign: try example(call.address), created: call.address.externalKey == "new")
        }
        methods.on(GetCampaign.self) { call, _ in CampaignResult(campaign: try example(call.address)) }
        methods.on(GetCampaignContent.self) { call, _ in try content(call.address) }
        addCampaignRuns(&methods)
    }

    static func content(_ address: CampaignAddress) throws -> CampaignContent {
        let campaign = try example(address)
        return CampaignContent(
            campaignID: campaign.id,
            revisionID: RevisionID(1),
            externalKey: campaign.externalKey,
            scope: address.scope,
            audienceID: campaign.audienceID,
            audienceSlug: "main",
            clientSlug: "app",
            clientName: "app",
            subject: campaign.subject,
            previewText: campaign.previewText,
            htmlBody: campaign.htmlBody,
            textBody: campaign.textBody,
            from: "Courses <courses@example.com>",
            categoryTag: "",
            trackOpens: true,
            trackClicks: true,
            strictVariables: false,
            metadata: campaign.metadata
        )
    }

    static func example(_ address: CampaignAddress, status: CampaignStatus = .draft) throws -> Campaign {
        guard address.externalKey != "none" else { throw ValidationFailure.field("external_key", "not_found") }
        var statistics = CampaignStatistics()
        statistics.recipientCount = 3
        statistics.skippedCount = 2
        return Campaign(
            id: CampaignID(5),
            externalKey: address.externalKey,
            clientID: ClientID(2),
            audienceID: AudienceID(3),
            audienceSlug: "main",
            clientSlug: "app",
            subject: "News",
            previewText: "pre",
            htmlBody: "<p>Hello</p>",
            textBody: "Hello",
            fromEmail: "",
            categoryTag: "",
            recipientListKey: "",
            segmentKey: "",
            includeTags: [],
            excludeTags: [],
            metadata: ["k": "v"],
            trackOpens: true,
            trackClicks: true,
            strictVariables: false,
            status: status,
            statusReason: "",
            scheduledAt: nil,
            sentAt: nil,
            statistics: statistics,
            createdAt: time,
            updatedAt: time
        )
    }
}
