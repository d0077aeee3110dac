import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/campaigns/{external_key}` and what can be done with one.
struct CampaignsController: Sendable {
    let services: APIServices
    let authentication: APIAuthentication

    func add(to routes: inout RouteTable) {
        routes.on(.put, "/api/campaigns/{external_key}") { try await put($0) }
        routes.on(.get, "/api/campaigns/{external_key}") { try await get($0) }
        routes.on(.post, "/api/campaigns/{external_key}/queue") { try await queue($0) }
        routes.on(.post, "/api/campaigns/{external_key}/cancel") { try await cancel($0) }
        routes.on(.post, "/api/campaigns/{external_key}/pause") { request in
            try await change(request) { PauseCampaign(address: $0) }
        }
        routes.on(.post, "/api/campaigns/{external_key}/resume") { request in
            try await change(request) { ResumeCampaign(address: $0) }
        }
        routes.on(.post, "/api/campaigns/{external_key}/preview") { try await preview($0) }
        routes.on(.post, "/api/campaigns/{external_key}/test-send") { try await testSend($0) }
    }

    func put(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = try await RequestFields.read(request)
        let change = Self.change(&fields)
        let scope = try await ScopeResolution(audience: services.audience).resolve(&fields, client)
        guard let scope else {
            try fields.check()
            throw APIError.field("audience", "required")
        }
        let call = PutCampaign(
            address: address(request, client),
            audienceID: scope.audience.audienceID,
            audienceSlug: scope.audience.slug,
            clientSlug: client.clientSlug,
            change: change
        )
        // The service's faults (a subject that is missing, a template that is broken) stand beside those of the types.
        if !fields.faults.isEmpty, change.subject == "" { fields.fault("subject", "required") }
        if !fields.faults.isEmpty, change.htmlBody == nil, change.textBody == nil, fields.object["html_body"] == nil {
            fields.fault("body", "required")
        }
        try fields.check()
        let result = try await services.campaign.answer(call)
        let body: JSONValue = ["campaign": CampaignPayload.object(result.campaign), "created": .bool(result.created)]
        return .json(body, status: result.created ? .created : .ok)
    }

    func get(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = ScopeResolution.queryFields(request, ["audience", "client"])
        let address = try await addressed(request, client, &fields)
        let result = try await services.campaign.answer(GetCampaign(address: address))
        return .json(["campaign": CampaignPayload.object(result.campaign)])
    }

    func queue(_ request: GatewayRequest) async throws -> Response {
        let result = try await services.campaign.answer(QueueCampaign(address: try await addressed(request)))
        let numbers = result.campaign.statistics
        return .json(
            [
                "campaign": CampaignPayload.object(result.campaign), "queued": .bool(result.queued),
                "batch_count": .number(JSONNumber(result.batchCount)),
                "recipient_count": .number(JSONNumber(numbers.recipientCount)),
                "skipped_count": .number(JSONNumber(numbers.skippedCount)),
            ],
            status: .accepted
        )
    }

    func cancel(_ request: GatewayRequest) async throws -> Response {
        let result = try await services.campaign.answer(CancelCampaign(address: try await addressed(request)))
        var body: [(key: String, value: JSONValue)] = [
            (key: "campaign", value: CampaignPayload.object(result.campaign)), (key: "cancelled", value: .bool(result.cancelled)),
        ]
        if result.skippedCount > 0 { body.append((key: "skipped_count", value: .number(JSONNumber(result.skippedCount)))) }
        return .json(.object(JSONObject(body)))
    }

    private func change<Method: RPCMethod>(_ request: GatewayRequest, _ method: (CampaignAddress) -> Method) async throws -> Response
    where Method.Result == CampaignResult, Method.Failure == ValidationFailure {
        let result = try await services.campaign.answer(method(try await addressed(request)))
        return .json(["campaign": CampaignPayload.object(result.campaign)])
    }

    /// The campaign that the path names, for a body that names audience and client.
    func addressed(_ request: GatewayRequest) async throws -> CampaignAddress {
        let client = try await authentication.client(of: request)
        var fields = try await RequestFields.read(request)
        return try await addressed(request, client, &fields)
    }

    func addressed(_ request: GatewayRequest, _ client: ClientIdentity, _ fields: inout RequestFields) async throws -> CampaignAddress {
        _ = try await ScopeResolution(audience: services.audience).resolve(&fields, client)
        try fields.check()
        return address(request, client)
    }

    private func address(_ request: GatewayRequest, _ client: ClientIdentity) -> CampaignAddress {
        CampaignAddress(scope: client.scope, externalKey: request.parameters["external_key"] ?? "")
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
