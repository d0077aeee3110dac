import Contracts
import Email
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

extension CampaignEndpoints {
    static let maximumTestAddresses = 25

    static func preview(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/preview",
            id: "previewCampaign",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "A campaign as a recipient would see it.",
            body: .json(CampaignShapes.scope),
            answers: [.ok(CampaignPreviewPayload.whole.shape), .notFound]
        ) { call in
            _ = try await call.audienceScope()
            let address = try address(call)
            let campaign = try await services.campaign.answer(GetCampaign(address: address)).campaign
            let content = try await services.campaign.answer(GetCampaignContent(address: address))
            let rendered = try await services.delivery.answer(PreviewCampaign(content: content))
            return .json(CampaignPreviewPayload.whole.value((campaign, rendered)))
        }
    }

    static func testSend(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/campaigns/{external_key}/test-send",
            id: "testSendCampaign",
            tag: .campaigns,
            access: .key(.campaignsSend),
            summary: "Send a campaign to a few addresses, outside its numbers.",
            body: .json(CampaignShapes.testSend),
            answers: [.accepted(TestSendPayload.whole.shape), .notFound]
        ) { call in
            let emails = try addresses(call.fields)
            _ = try await call.audienceScope()
            let address = try address(call)
            let campaign = try await services.campaign.answer(GetCampaign(address: address)).campaign
            let content = try await services.campaign.answer(GetCampaignContent(address: address))
            let result = try await services.delivery.answer(SendCampaignTest(content: content, emails: emails))
            return .json(TestSendPayload.whole.value((campaign, result)), status: .accepted)
        }
    }

    /// Normalised, without duplicates.
    ///
    /// Faults are a list of `{index, email, error}`, the one exception in the contract.
    private static func addresses(_ fields: RequestFields) throws(APIError) -> [String] {
        guard let given = fields.object["emails"], given != .null else { throw .field("emails", "required") }
        guard let items = given.arrayValue else { throw .field("emails", "must_be_list") }
        guard !items.isEmpty else { throw .field("emails", "required") }
        guard items.count <= maximumTestAddresses else { throw .field("emails", "too_many") }
        var addresses: [String] = []
        var faults: [JSONValue] = []
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue, let address = try? EmailAddress(text) else {
                faults.append(["index": .integer(index), "email": item, "error": "invalid"])
                continue
            }
            if !addresses.contains(address.normalized) { addresses.append(address.normalized) }
        }
        guard faults.isEmpty else {
            throw APIError(status: .badRequest, error: ["code": "validation_error", "fields": ["emails": .array(faults)]])
        }
        return addresses
    }
}
