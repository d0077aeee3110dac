import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// Listing, scheduling, resending and statistics.
extension CampaignEndpoints {
    static func running(_ services: APIServices) -> [Endpoint] {
        [list(services), schedule(services), resend(services), stats(services), recipients(services), recipientsFile(services)]
    }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/campaigns",
            id: "listCampaigns",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "The client's campaigns in an audience, newest first.",
            details: "Bodies are left out (empty). A page of large campaigns has fewer than `limit`; `next_cursor` says whether more follow.",
            query: ObjectShape.scope + [
                Field("status", .choice(CampaignStatus.self)),
                Field("limit", .integer(1...200), "Campaigns in a page; 50 unless told.", example: 50),
                Field("cursor", .string(maximum: 20), "`next_cursor` of the page before."),
            ],
            answers: [.ok(CampaignListPayload.list.shape)]
        ) { call in
            let status: CampaignStatus? = call.fields.choice("status")
            let before = cursor(&call.fields)
            let limit = Int(call.fields.integer("limit") ?? 50)
            let scope = try await call.audienceScope()
            let found = try await services.campaign.answer(
                ListCampaigns(
                    scope: scope.client.scope,
                    before: before.map { CampaignID($0) },
                    limit: limit,
                    audienceID: scope.audience.audienceID,
                    status: status
                )
            )
            return .json(CampaignListPayload.list.value(found))
        }
    }

    static func schedule(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/schedule",
            id: "scheduleCampaign",
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: "Send a campaign at a time.",
            details: "Its content can be changed until then; a `PUT` with `scheduled_at` null makes it a draft again.",
            body: .json(CampaignRunShapes.schedule),
            answers: [.ok(CampaignPayload.one.shape), .notFound, .conflict]
        ) { call in
            let at = call.fields.timestamp("scheduled_at")
            _ = try await call.audienceScope()
            guard let at else { throw APIError.field("scheduled_at", "required") }
            let result = try await services.campaign.answer(ScheduleCampaign(address: try address(call), at: at))
            return .json(CampaignPayload.one.value(result.campaign))
        }
    }

    static func resend(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/resend",
            id: "resendCampaign",
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: "Send again to those whose mail failed, or of whom nobody knows.",
            details: "`unknown` may bring some people a second copy: the provider may have had the first. A repeated `idempotency_key` does nothing.",
            body: .json(CampaignRunShapes.resend),
            answers: [.accepted(CampaignListPayload.resent.shape), .notFound, .conflict]
        ) { call in
            let kind: ResendKind? = call.fields.choice("recipients")
            let key = call.fields.string("idempotency_key")
            _ = try await call.audienceScope()
            guard let kind else { throw APIError.field("recipients", "required") }
            let resend = ResendCampaign(address: try address(call), kind: kind)
            do {
                let result = try await services.campaign.call(resend, deadline: nil, idempotencyKey: key)
                return .json(CampaignListPayload.resent.value(result), status: .accepted)
            } catch let error as RPCCallError<ValidationFailure> {
                throw error.apiError
            }
        }
    }

    static func stats(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/campaigns/{external_key}/stats",
            id: "getCampaignStats",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "A campaign's numbers over time, and its links.",
            details: "Each recipient stands once in each series, at the first time; intervals in which nothing happened are left out.",
            query: ObjectShape.scope + [
                Field("interval", .choice(GetCampaignActivity.Interval.self), "`hour` unless told.", example: "hour")
            ],
            answers: [.ok(CampaignStatsPayload.stats.shape), .notFound]
        ) { call in
            let interval: GetCampaignActivity.Interval = call.fields.choice("interval") ?? .hour
            _ = try await call.audienceScope()
            let activity = try await services.campaign.answer(GetCampaignActivity(address: try address(call), interval: interval))
            return .json(CampaignStatsPayload.stats.value((activity, interval)))
        }
    }

    /// The id of the last object of the page before; faults go to the fields.
    static func cursor(_ fields: inout RequestFields) -> Int64? {
        guard let text = fields.string("cursor") else { return nil }
        guard let id = Int64(text), id > 0 else {
            fields.fault("cursor", "invalid")
            return nil
        }
        return id
    }
}

/// What the bodies about a started campaign look like.
enum CampaignRunShapes {
    static let schedule = ObjectShape(
        "CampaignSchedule",
        ObjectShape.scope + [
            Field("scheduled_at", .timestamp, required: true, "In the future.", example: "2030-01-15T09:00:00Z")
        ]
    )

    static let resend = ObjectShape(
        "CampaignResend",
        ObjectShape.scope + [
            Field("recipients", .choice(ResendKind.self), required: true, "Whose mail is sent again.", example: "failed"),
            Field("idempotency_key", .string(maximum: 200)),
        ]
    )
}
