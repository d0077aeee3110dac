import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    static func addCampaignRuns(_ methods: inout RPCMethodTable) {
        methods.on(ListCampaigns.self) { call, _ in
            let keys = call.status == .sent ? [] : ["c3", "c2", "c1"]
            return CampaignList(
                campaigns: try keys.prefix(call.limit).map { try example(CampaignAddress(scope: call.scope, externalKey: $0)) },
                hasMore: keys.count > call.limit
            )
        }
        methods.on(ScheduleCampaign.self) { call, _ in
            guard call.at > time else { throw ValidationFailure.field("scheduled_at", "must_be_in_future") }
            var campaign = try example(call.address, status: .scheduled)
            campaign.scheduledAt = call.at
            return CampaignResult(campaign: campaign)
        }
        methods.on(ResendCampaign.self) { call, context in
            guard call.address.externalKey != "draft" else { throw ValidationFailure.field("status", "not_resendable") }
            let resent: Int64 = context.metadata.idempotencyKey == "again" ? 0 : 4
            return CampaignResendResult(campaign: try example(call.address, status: .sending), resentCount: resent)
        }
        methods.on(GetCampaignActivity.self) { call, _ in
            var point = CampaignActivityPoint(at: time)
            point.opened = 2
            let link = CampaignLink(link: 0, url: "https://example.com/", clickCount: 3, humanClickCount: 1)
            return CampaignActivity(campaign: try example(call.address), series: [point], links: [link])
        }
        methods.on(ListRecipients.self) { call, _ in
            _ = try example(call.address)
            let last: Int64 = call.status == .failed ? 0 : 2_500
            let ids = (call.after.rawValue..<last).prefix(call.limit).map { $0 + 1 }
            return RecipientList(recipients: ids.map { recipient($0) })
        }
        methods.on(GetPreviewContent.self) { call, _ in
            guard call.campaignID.rawValue == 5 else { throw ValidationFailure.field("external_key", "not_found") }
            var content = try content(CampaignAddress(scope: identity.scope, externalKey: "c1"))
            content.subject = "Of campaign 5"
            return content
        }
        methods.on(GetRecipientMail.self) { call, _ in
            guard call.recipientID.rawValue == 42 else { throw GetRecipientMail.Failure.notFound }
            let address = CampaignAddress(scope: identity.scope, externalKey: "c1")
            return RecipientMail(
                content: try content(address),
                contactID: ContactID(77),
                email: "learner@example.com",
                mergeFields: ["attributes": ["first_name": "Ann"]]
            )
        }
    }

    private static func recipient(_ id: Int64) -> Recipient {
        Recipient(
            id: RecipientID(id),
            contactID: ContactID(id == 2 ? -2 : id),
            email: "=r\(id)@example.com",
            state: .sent,
            attempt: 1,
            skipReason: nil,
            lastError: "",
            providerMessageID: "m\(id)",
            sentAt: time,
            firstOpenedAt: nil,
            firstClickedAt: nil,
            unsubscribedAt: nil,
            openCount: 1,
            clickCount: 0,
            status: .sent
        )
    }
}
