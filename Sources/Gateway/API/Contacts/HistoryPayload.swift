import Contracts
import JSON
import Model

/// The three kinds of entries of a contact's history, with the keys of the recorded samples.
enum HistoryPayload {
    static let recipient = Payload<ContactRecipient>(
        "HistoryCampaignRecipient",
        [
            .member("type", .choice(["campaign_recipient"])) { _ in "campaign_recipient" },
            .member("id", .id) { .integer($0.id.rawValue) },
            .member("created_at", .timestamp) { .string($0.createdAt.iso8601) },
            .member("campaign", campaign.shape) { campaign.value($0) },
            .member("email", .string) { .string($0.email) },
            .member("status", .choice(RecipientStatus.self)) { .string($0.status.rawValue) },
            .member("skip_reason", .string) { .string($0.skipReason?.rawValue ?? "") },
            .member("sent_at", .nullable(.timestamp)) { ContactPayload.time($0.sentAt) },
            .member("delivered_at", .nullable(.timestamp)) { ContactPayload.time($0.deliveredAt) },
            .member("first_opened_at", .nullable(.timestamp)) { ContactPayload.time($0.firstOpenedAt) },
            .member("first_clicked_at", .nullable(.timestamp)) { ContactPayload.time($0.firstClickedAt) },
            .member("open_count", .integer) { .integer($0.openCount) },
            .member("click_count", .integer) { .integer($0.clickCount) },
            .member("last_error", .string) { .string($0.lastError) },
        ]
    )

    private static let campaign = Payload<ContactRecipient>(
        "HistoryCampaign",
        [
            .member("id", .id) { .integer($0.campaignID.rawValue) },
            .member("subject", .string) { .string($0.subject) },
            .member("audience", .string) { .string($0.audienceSlug) },
            .member("client", .string) { .string($0.clientSlug) },
            .member("external_key", .string) { .string($0.externalKey) },
        ]
    )

    /// A message with the slug of its client.
    static let message = Payload<(TransactionalMessage, String)>(
        "HistoryTransactionalMessage",
        [
            .member("type", .choice(["transactional_message"])) { _ in "transactional_message" },
            .member("id", .id) { .integer($0.0.id.rawValue) },
            .member("created_at", .timestamp) { .string($0.0.createdAt.iso8601) },
            .member("client", .string) { .string($0.1) },
            .member("email", .string) { .string($0.0.email) },
            .member("from_email", .string, "The sender's id.") { .string($0.0.senderID) },
            .member("from_email_address", .string) { .string($0.0.sender) },
            .member("template_key", .string) { .string($0.0.templateKey) },
            .member("status", .choice(TransactionalStatus.self)) { .string($0.0.status.rawValue) },
            .member("subject", .string) { .string($0.0.subject) },
            .member("sent_at", .nullable(.timestamp)) { ContactPayload.time($0.0.sentAt) },
            .member("delivered_at", .nullable(.timestamp)) { ContactPayload.time($0.0.deliveredAt) },
            .member("first_opened_at", .nullable(.timestamp)) { ContactPayload.time($0.0.firstOpenedAt) },
            .member("first_clicked_at", .nullable(.timestamp)) { ContactPayload.time($0.0.firstClickedAt) },
            .member("open_count", .integer) { .integer($0.0.openCount) },
            .member("click_count", .integer) { .integer($0.0.clickCount) },
            .member("last_error", .string) { .string($0.0.lastError) },
        ]
    )

    /// An event, in the scope that asked; its audience is named when it is the scope's.
    static let event = Payload<(StoredEvent, ScopeResolution.Scope)>(
        "HistoryEvent",
        [
            .member("type", .choice(["email_event"])) { _ in "email_event" },
            .member("id", .id) { .integer($0.0.id) },
            .member("created_at", .timestamp, "When it happened.") { .string($0.0.occurredAt.iso8601) },
            .member("event_type", .choice(EventType.self)) { .string($0.0.type.rawValue) },
            .member("client", .nullable(.string)) { .string($0.1.client.clientSlug) },
            .member("audience", .nullable(.string)) {
                $0.0.audienceID == $0.1.audience.audienceID ? .string($0.1.audience.slug) : .null
            },
            .member("campaign_id", .nullable(.id)) { $0.0.campaignID.map { .integer($0.rawValue) } ?? .null },
            .member("campaign_recipient_id", .nullable(.id)) { $0.0.recipientID.map { .integer($0.rawValue) } ?? .null },
            .member("transactional_message_id", .nullable(.id)) { $0.0.transactionalMessageID.map { .integer($0.rawValue) } ?? .null },
            .member("metadata", .freeObject) { $0.0.metadata },
        ]
    )
}
