import Contracts
import JSON
import Model

/// A transactional message as a client of this slug sees it.
struct MessageView: Sendable {
    var message: TransactionalMessage
    var client: String
}

/// Status and history of transactional messages.
enum MessagePayload {
    /// As the contact's history shows it.
    static let history = Payload<MessageView>("TransactionalMessageSummary", summary)

    /// As the status call shows it.
    static let message = Payload<MessageView>(
        "TransactionalMessage",
        summary + [
            .member("contact_id", .id) { .integer($0.message.contactID.rawValue) },
            .member("idempotency_key", .string) { .string($0.message.idempotencyKey) },
            .member("ses_message_id", .string) { .string($0.message.providerMessageID) },
            .member("updated_at", .timestamp) { .string($0.message.updatedAt.iso8601) },
            .member("send_at", .nullable(.timestamp)) { ContactPayload.time($0.message.sendAt) },
            .member("skip_reason", .string) { .string($0.message.skipReason) },
            .member("metadata", .freeObject) { $0.message.metadata },
        ]
    )

    private static let summary: [Payload<MessageView>.Member] = [
        .member("type", .string) { _ in "transactional_message" },
        .member("id", .id) { .integer($0.message.id.rawValue) },
        .member("created_at", .timestamp) { .string($0.message.createdAt.iso8601) },
        .member("client", .string) { .string($0.client) },
        .member("email", .string) { .string($0.message.email) },
        .member("from_email", .string) { .string($0.message.senderID) },
        .member("from_email_address", .string) { .string($0.message.sender) },
        .member("template_key", .string) { .string($0.message.templateKey) },
        .member("status", .choice(TransactionalStatus.self)) { .string($0.message.status.rawValue) },
        .member("subject", .string) { .string($0.message.subject) },
        .member("sent_at", .nullable(.timestamp)) { ContactPayload.time($0.message.sentAt) },
        .member("delivered_at", .nullable(.timestamp)) { ContactPayload.time($0.message.deliveredAt) },
        .member("first_opened_at", .nullable(.timestamp)) { ContactPayload.time($0.message.firstOpenedAt) },
        .member("first_clicked_at", .nullable(.timestamp)) { ContactPayload.time($0.message.firstClickedAt) },
        .member("open_count", .integer) { .integer($0.message.openCount) },
        .member("click_count", .integer) { .integer($0.message.clickCount) },
        .member("last_error", .string) { .string($0.message.lastError) },
    ]

    static let detail = Payload<(detail: TransactionalMessageDetail, client: String)>(
        "TransactionalMessageStatus",
        [
            .member("message", message.shape) { message.value(MessageView(message: $0.detail.message, client: $0.client)) },
            .member("events", .list(of: event.shape), "Newest first.") { view in
                .array(view.detail.events.map { event.value((event: $0, detail: view.detail, client: view.client)) })
            },
        ]
    )

    private static let event = Payload<(event: TransactionalEvent, detail: TransactionalMessageDetail, client: String)>(
        "TransactionalMessageEvent",
        [
            .member("type", .string) { _ in "email_event" },
            .member("id", .id) { .integer($0.event.id) },
            .member("created_at", .timestamp) { .string($0.event.createdAt.iso8601) },
            .member("event_type", .string) { .string($0.event.type) },
            .member("client", .string) { .string($0.client) },
            .member("audience", .nullable(.string)) {
                let slug = $0.detail.message.audienceSlug
                return slug.isEmpty ? .null : .string(slug)
            },
            .member("campaign_id", .nullable(.id)) { _ in .null },
            .member("campaign_recipient_id", .nullable(.id)) { _ in .null },
            .member("transactional_message_id", .id) { .integer($0.detail.message.id.rawValue) },
            .member("metadata", .freeObject) { $0.event.metadata },
            .member("occurred_at", .timestamp) { .string($0.event.occurredAt.iso8601) },
        ]
    )
}
