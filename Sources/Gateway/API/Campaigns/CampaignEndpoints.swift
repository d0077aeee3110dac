import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/campaigns/{external_key}` and what can be done with one.
enum CampaignEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [put(services), get(services), queue(services), cancel(services)]
            + [
                change(services, "pause", id: "pauseCampaign", summary: "Stop sending for now.") { PauseCampaign(address: $0) },
                change(services, "resume", id: "resumeCampaign", summary: "Go on sending.") { ResumeCampaign(address: $0) },
                preview(services), testSend(services),
            ] + running(services)
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/campaigns/{external_key}",
            id: "putCampaign",
            tag: .campaigns,
            access: .key(.campaignsWrite),
            summary: "Create a campaign, or change one that is a draft.",
            details: "Include tags: contacts have all of them; exclude tags: none of them.",
            body: .json(CampaignShapes.put),
            answers: [.ok(CampaignPayload.put.shape), .created(CampaignPayload.put.shape), .conflict]
        ) { call in
            let change = change(&call.fields)
            // The service's faults (a subject that is missing) stand beside those of the types.
            if !call.fields.faults.isEmpty, change.subject == "" { call.fields.fault("subject", "required") }
            let isBodyAbsent = change.htmlBody == nil && change.textBody == nil && call.fields.object["html_body"] == nil
            if !call.fields.faults.isEmpty, isBodyAbsent { call.fields.fault("body", "required") }
            let scope = try await call.audienceScope()
            let result = try await services.campaign.answer(
                PutCampaign(
                    address: try address(call),
                    audienceID: scope.audience.audienceID,
                    audienceSlug: scope.audience.slug,
                    clientSlug: scope.client.clientSlug,
                    change: change
                )
            )
            return .json(CampaignPayload.put.value(result), status: result.created ? .created : .ok)
        }
    }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/campaigns/{external_key}",
            id: "getCampaign",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "A campaign with its numbers.",
            query: ObjectShape.scope,
            answers: [.ok(CampaignPayload.one.shape), .notFound]
        ) { call in
            _ = try await call.audienceScope()
            return .json(CampaignPayload.one.value(try await services.campaign.answer(GetCampaign(address: try address(call))).campaign))
        }
    }

    static func queue(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/queue",
            id: "queueCampaign",
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: "Send a campaign.",
            details: "Answers at once, with the counts known by then; the recipients are found in the background.",
            body: .json(CampaignShapes.scope),
            answers: [.accepted(CampaignPayload.queued.shape), .notFound, .conflict]
        ) { call in
            _ = try await call.audienceScope()
            let result = try await services.campaign.answer(QueueCampaign(address: try address(call)))
            return .json(CampaignPayload.queued.value(result), status: .accepted)
        }
    }

    static func cancel(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/cancel",
            id: "cancelCampaign",
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: "Skip everybody who has not been sent to.",
            body: .json(CampaignShapes.scope),
            answers: [.ok(CampaignPayload.cancelledShape), .notFound, .conflict]
        ) { call in
            _ = try await call.audienceScope()
            return .json(CampaignPayload.cancelled(try await services.campaign.answer(CancelCampaign(address: try address(call)))))
        }
    }

    private static func change<Method: RPCMethod>(
        _ services: APIServices,
        _ verb: String,
        id: String,
        summary: String,
        _ method: @escaping @Sendable (CampaignAddress) -> Method
    ) -> Endpoint where Method.Result == CampaignResult, Method.Failure == ValidationFailure {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/\(verb)",
            id: id,
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: summary,
            body: .json(CampaignShapes.scope),
            answers: [.ok(CampaignPayload.one.shape), .notFound, .conflict]
        ) { call in
            _ = try await call.audienceScope()
            return .json(CampaignPayload.one.value(try await services.campaign.answer(method(try address(call))).campaign))
        }
    }

    /// The campaign that the path names, of the key's client.
    static func address(_ call: EndpointCall) throws(APIError) -> CampaignAddress {
        CampaignAddress(scope: try call.client.scope, externalKey: call.parameters["external_key"] ?? "")
    }

    private static func change(_ fields: inout RequestFields) -> CampaignChange {
        var change = CampaignChange()
        change.subject = fields.string("subject")
        change.previewText = fields.string("preview_text")
        change.htmlBody = fields.string("html_body")
        change.textBody = fields.string("text_body")
        change.fromEmail = fields.string("from_email")
        change.categoryTag = fields.string("category_tag")
        change.recipientListKey = fields.string("recipient_list_key")
        change.segmentKey = fields.string("segment_key")
        change.includeTags = fields.strings("include_tags")
        change.excludeTags = fields.strings("exclude_tags")
        change.metadata = fields.objectValue("metadata")
        change.trackOpens = fields.bool("track_opens")
        change.trackClicks = fields.bool("track_clicks")
        change.strictVariables = fields.bool("strict_variables")
        change.scheduledAt = fields.timestamp("scheduled_at")
        if fields.object["scheduled_at"] == .null { change.clearsSchedule = true }
        return change
    }
}
