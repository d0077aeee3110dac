import Contracts
import JSON
import Model

/// A campaign with the keys of the recorded samples, in their order, and ours behind them.
enum CampaignPayload {
    static func object(_ campaign: Campaign) -> JSONValue {
        let content: [(key: String, value: JSONValue)] = [
            (key: "external_key", value: .string(campaign.externalKey)),
            (key: "audience", value: .string(campaign.audienceSlug)),
            (key: "client", value: .string(campaign.clientSlug)),
            (key: "subject", value: .string(campaign.subject)),
            (key: "preview_text", value: .string(campaign.previewText)),
            (key: "html_body", value: .string(campaign.htmlBody)),
            (key: "text_body", value: .string(campaign.textBody)),
            (key: "status", value: .string(campaign.status.rawValue)),
            (key: "scheduled_at", value: ContactPayload.time(campaign.scheduledAt)),
            (key: "sent_at", value: ContactPayload.time(campaign.sentAt)),
            (key: "category_tag", value: .string(campaign.categoryTag)),
            (key: "recipient_list_key", value: .string(campaign.recipientListKey)),
            (key: "include_tags", value: .array(campaign.includeTags.map { .string($0) })),
            (key: "exclude_tags", value: .array(campaign.excludeTags.map { .string($0) })),
            (key: "metadata", value: campaign.metadata),
        ]
        let ours: [(key: String, value: JSONValue)] = [
            (key: "status_reason", value: .string(campaign.statusReason)),
            (key: "segment_key", value: .string(campaign.segmentKey)),
            (key: "from_email", value: .string(campaign.fromEmail)),
            (key: "track_opens", value: .bool(campaign.trackOpens)),
            (key: "track_clicks", value: .bool(campaign.trackClicks)),
            (key: "strict_variables", value: .bool(campaign.strictVariables)),
        ]
        let times: [(key: String, value: JSONValue)] = [
            (key: "created_at", value: .string(campaign.createdAt.iso8601)),
            (key: "updated_at", value: .string(campaign.updatedAt.iso8601)),
        ]
        return .object(JSONObject(content + counters(campaign.statistics) + times + ours))
    }

    private static func counters(_ numbers: CampaignStatistics) -> [(key: String, value: JSONValue)] {
        let counters: [(String, Int64)] = [
            ("recipient_count", numbers.recipientCount), ("sent_count", numbers.sentCount), ("skipped_count", numbers.skippedCount),
            ("delivered_count", numbers.deliveredCount), ("unique_open_count", numbers.uniqueOpenCount), ("open_count", numbers.openCount),
            ("unique_click_count", numbers.uniqueClickCount), ("click_count", numbers.clickCount),
            ("unsubscribe_count", numbers.unsubscribeCount), ("bounce_count", numbers.bounceCount),
            ("complaint_count", numbers.complaintCount), ("failed_count", numbers.failedCount), ("unknown_count", numbers.unknownCount),
            ("human_open_count", numbers.humanOpenCount), ("human_click_count", numbers.humanClickCount),
        ]
        return counters.map { (key: $0.0, value: .number(JSONNumber($0.1))) }
    }
}
