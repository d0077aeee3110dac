import Contracts
import JSON
import Model

/// How webhooks and their attempts look in requests and answers.
enum WebhookPayloads {
    static let webhook = Payload<Webhook>("Webhook", members { $0 })

    static let withSecret = Payload<WebhookWithSecret>(
        "WebhookWithSecret",
        members { $0.webhook } + [
            .member("secret", .string, "`whsec_…`: keep it, it is not shown again.") { .string($0.secret) }
        ]
    )

    private static func members<Source>(_ webhook: @escaping @Sendable (Source) -> Webhook) -> [Payload<Source>.Member] {
        [
            .member("id", .integer) { .integer(webhook($0).id) },
            .member("url", .string) { .string(webhook($0).url) },
            .member("description", .string) { .string(webhook($0).description) },
            .member("event_types", .list(of: .choice(EventType.self)), "Empty is all.") { .strings(webhook($0).eventTypes.map(\.rawValue)) },
            .member("enabled", .boolean) { .bool(webhook($0).isEnabled) },
            .member("disabled_reason", .string, "`gone` or `failing` when the service switched it off, else empty.") {
                .string(webhook($0).disabledReason)
            },
            .member("failing_since", .nullable(.timestamp)) { .moment(webhook($0).failingSince) },
            .member("previous_secret_until", .nullable(.timestamp), "Until when the secret before signs too.") {
                .moment(webhook($0).previousSecretUntil)
            },
            .member("created_at", .timestamp) { .moment(webhook($0).createdAt) },
            .member("updated_at", .timestamp) { .moment(webhook($0).updatedAt) },
        ]
    }

    static let attempt = Payload<WebhookAttempt>(
        "WebhookAttempt",
        [
            .member("id", .integer) { .integer($0.id) },
            .member("delivery_id", .integer) { .integer($0.deliveryID) },
            .member("event_id", .integer) { .integer($0.eventID) },
            .member("event_type", .choice(EventType.self)) { .string($0.eventType.rawValue) },
            .member("attempt", .integer, "Counts from 1 within the delivery.") { .integer($0.number) },
            .member("created_at", .timestamp) { .moment($0.startedAt) },
            .member("duration_ms", .integer) { .integer($0.durationMilliseconds) },
            .member("succeeded", .boolean) { .bool($0.succeeded) },
            .member("response_status", .nullable(.integer), "Null when no answer came.") { $0.status.map { .integer($0) } ?? .null },
            .member("error", .string) { .string($0.error) },
            .member("response_body", .string, "Its first 1,000 bytes.") { .string($0.response) },
            .member("delivery_status", .choice(WebhookAttempt.DeliveryState.self)) { .string($0.state.rawValue) },
            .member("next_attempt_at", .nullable(.timestamp)) { .moment($0.nextAttemptAt) },
        ]
    )

    static func change(_ name: String, isURLRequired: Bool) -> ObjectShape {
        ObjectShape(
            name,
            [
                Field(
                    "url",
                    .string(maximum: 2_000),
                    required: isURLRequired,
                    "https, port 443, a public address.",
                    example: "https://example.org/hooks/mail"
                ),
                Field("description", .string(maximum: 500)),
                Field("event_types", .list(of: .choice(EventType.self)), "Empty or absent is all.", example: ["bounce", "complaint"]),
                Field("enabled", .boolean),
            ]
        )
    }

    static func change(_ fields: inout RequestFields) -> WebhookChange {
        WebhookChange(
            url: fields.string("url"),
            description: fields.string("description"),
            eventTypes: fields.strings("event_types")?.compactMap(EventType.init),
            isEnabled: fields.bool("enabled")
        )
    }
}

extension JSONValue {
    fileprivate static func moment(_ value: Timestamp?) -> JSONValue { value.map { .string($0.iso8601) } ?? .null }
}
