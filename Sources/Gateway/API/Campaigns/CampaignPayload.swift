import Contracts
import JSON
import Model

/// A campaign with the keys of the recorded samples, in their order, and ours behind them.
enum CampaignPayload {
    static let campaign = Payload<Campaign>("Campaign", content + counters + times + ours)

    static let one = Payload<Campaign>("CampaignAnswer", [.member("campaign", campaign.shape) { campaign.value($0) }])

    static let put = Payload<CampaignPutResult>(
        "CampaignPutAnswer",
        [
            .member("campaign", campaign.shape) { campaign.value($0.campaign) },
            .member("created", .boolean) { .bool($0.created) },
        ]
    )

    static let queued = Payload<CampaignQueueResult>(
        "CampaignQueued",
        [
            .member("campaign", campaign.shape) { campaign.value($0.campaign) },
            .member("queued", .boolean, "Whether this call did it.") { .bool($0.queued) },
            .member("batch_count", .integer) { .integer($0.batchCount) },
            .member("recipient_count", .integer) { .integer($0.campaign.statistics.recipientCount) },
            .member("skipped_count", .integer) { .integer($0.campaign.statistics.skippedCount) },
        ]
    )

    static let cancelledShape = Shape.object(
        ObjectShape(
            "CampaignCancelled",
            [
                Field("campaign", campaign.shape, required: true),
                Field("cancelled", .boolean, required: true, "Whether this call did it."),
                Field("skipped_count", .integer, "Recipients whom this call skipped; when it did."),
            ]
        )
    )

    static func cancelled(_ result: CampaignCancelResult) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "campaign", value: campaign.value(result.campaign)), (key: "cancelled", value: .bool(result.cancelled)),
        ]
        if result.cancelled { members.append((key: "skipped_count", value: .integer(result.skippedCount))) }
        return .object(JSONObject(members))
    }

    private static let content: [Payload<Campaign>.Member] = [
        .member("external_key", .string) { .string($0.externalKey) },
        .member("audience", .string) { .string($0.audienceSlug) },
        .member("client", .string) { .string($0.clientSlug) },
        .member("subject", .string) { .string($0.subject) },
        .member("preview_text", .string) { .string($0.previewText) },
        .member("html_body", .string) { .string($0.htmlBody) },
        .member("text_body", .string) { .string($0.textBody) },
        .member("status", .choice(CampaignStatus.self)) { .string($0.status.rawValue) },
        .member("scheduled_at", .nullable(.timestamp)) { ContactPayload.time($0.scheduledAt) },
        .member("sent_at", .nullable(.timestamp)) { ContactPayload.time($0.sentAt) },
        .member("category_tag", .string) { .string($0.categoryTag) },
        .member("recipient_list_key", .string) { .string($0.recipientListKey) },
        .member("include_tags", .list(of: .string)) { .strings($0.includeTags) },
        .member("exclude_tags", .list(of: .string)) { .strings($0.excludeTags) },
        .member("metadata", .freeObject) { $0.metadata },
    ]

    private static let times: [Payload<Campaign>.Member] = [
        .member("created_at", .timestamp) { .string($0.createdAt.iso8601) },
        .member("updated_at", .timestamp) { .string($0.updatedAt.iso8601) },
    ]

    private static let ours: [Payload<Campaign>.Member] = [
        .member("status_reason", .string) { .string($0.statusReason) },
        .member("segment_key", .string) { .string($0.segmentKey) },
        .member("from_email", .string) { .string($0.fromEmail) },
        .member("track_opens", .boolean) { .bool($0.trackOpens) },
        .member("track_clicks", .boolean) { .bool($0.trackClicks) },
        .member("strict_variables", .boolean) { .bool($0.strictVariables) },
    ]

    private static let counters: [Payload<Campaign>.Member] = [
        count("recipient_count") { $0.recipientCount }, count("sent_count") { $0.sentCount }, count("skipped_count") { $0.skippedCount },
        count("delivered_count") { $0.deliveredCount }, count("unique_open_count") { $0.uniqueOpenCount },
        count("open_count") { $0.openCount }, count("unique_click_count") { $0.uniqueClickCount }, count("click_count") { $0.clickCount },
        count("unsubscribe_count") { $0.unsubscribeCount }, count("bounce_count") { $0.bounceCount },
        count("complaint_count") { $0.complaintCount }, count("failed_count") { $0.failedCount },
        count("unknown_count") { $0.unknownCount }, count("human_open_count") { $0.humanOpenCount },
        count("human_click_count") { $0.humanClickCount },
    ]

    private static func count(_ name: String, _ value: @escaping @Sendable (CampaignStatistics) -> Int64) -> Payload<Campaign>.Member {
        .member(name, .integer) { .integer(value($0.statistics)) }
    }
}
