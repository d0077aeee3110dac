import Contracts
import JSON

/// What a preview answers.
enum CampaignPreviewPayload {
    static let whole = Payload<(Campaign, RenderedCampaign)>(
        "CampaignPreview",
        [
            .member("campaign", CampaignPayload.campaign.shape) { CampaignPayload.campaign.value($0.0) },
            .member("preview", preview.shape) { preview.value($0.1) },
        ]
    )

    private static let preview = Payload<RenderedCampaign>(
        "PreviewedContent",
        [
            .member("subject", .string) { .string($0.subject) },
            .member("preview_text", .string) { .string($0.previewText) },
            .member("html_body", .string) { .string($0.htmlBody) },
            .member("text_body", .string) { .string($0.textBody) },
        ]
    )
}

/// What a test send answers.
enum TestSendPayload {
    static let whole = Payload<(Campaign, CampaignTestResult)>(
        "CampaignTestSent",
        [
            .member("campaign", CampaignPayload.campaign.shape) { CampaignPayload.campaign.value($0.0) },
            .member("sent_count", .integer) { .integer($0.1.recipients.filter(\.error.isEmpty).count) },
            .member("recipients", .list(of: .object(recipient))) { .array($0.1.recipients.map(value)) },
        ]
    )

    private static let recipient = ObjectShape(
        "CampaignTestRecipient",
        [
            Field("email", .string, required: true),
            Field("message_id", .string, "When it was sent."),
            Field("error", .string, "When it was not."),
        ]
    )

    private static func value(_ recipient: CampaignTestRecipient) -> JSONValue {
        recipient.error.isEmpty
            ? ["email": .string(recipient.email), "message_id": .string(recipient.messageID)]
            : ["email": .string(recipient.email), "error": .string(recipient.error)]
    }
}
