import Contracts
import Email
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

extension CampaignsController {
    static let maximumTestAddresses = 25

    func preview(_ request: GatewayRequest) async throws -> Response {
        let address = try await addressed(request)
        let campaign = try await services.campaign.answer(GetCampaign(address: address)).campaign
        let content = try await services.campaign.answer(GetCampaignContent(address: address))
        let rendered = try await services.delivery.answer(PreviewCampaign(content: content))
        return .json([
            "campaign": CampaignPayload.object(campaign),
            "preview": [
                "subject": .string(rendered.subject), "preview_text": .string(rendered.previewText),
                "html_body": .string(rendered.htmlBody),
                "text_body": .string(rendered.textBody),
            ],
        ])
    }

    func testSend(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = try await RequestFields.read(request)
        let emails = try Self.addresses(fields)
        let address = try await addressed(request, client, &fields)
        let campaign = try await services.campaign.answer(GetCampaign(address: address)).campaign
        let content = try await services.campaign.answer(GetCampaignContent(address: address))
        let result = try await services.delivery.answer(SendCampaignTest(content: content, emails: emails))
        let sent = result.recipients.filter { $0.error.isEmpty }
        let recipients = result.recipients.map { recipient -> JSONValue in
            recipient.error.isEmpty
                ? ["email": .string(recipient.email), "message_id": .string(recipient.messageID)]
                : ["email": .string(recipient.email), "error": .string(recipient.error)]
        }
        return .json(
            [
                "campaign": CampaignPayload.object(campaign), "sent_count": .number(JSONNumber(Int64(sent.count))),
                "recipients": .array(recipients),
            ],
            status: .accepted
        )
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
                faults.append(["index": .number(JSONNumber(Int64(index))), "email": item, "error": "invalid"])
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
