import Contracts
import JSON
import Model

/// A contact with the keys of the recorded samples, in their order.
enum ContactPayload {
    /// As most calls answer.
    static let withTags = Payload<ContactStatus>("Contact", state + [tags, attributes])
    /// As the status call answers.
    static let status = Payload<ContactStatus>("ContactStatus", state)

    static let tags = Payload<ContactStatus>.Member.member("tags", .list(of: .string), "Slugs of the audience's tags.") {
        .strings($0.tags)
    }
    static let attributes = Payload<ContactStatus>.Member.member("attributes", .freeObject) { $0.attributes }

    static let state: [Payload<ContactStatus>.Member] = [
        .member("contact_id", .nullable(.id)) { $0.contactID.map { .integer($0.rawValue) } ?? .null },
        .member("email", .string) { .string($0.email) },
        .member("exists", .boolean) { .bool($0.contactID != nil) },
        .member("verified", .boolean) { .bool($0.verifiedAt != nil) },
        .member("verified_at", .nullable(.timestamp)) { time($0.verifiedAt) },
        .member("email_validation", validation.shape) { validation.value($0) },
        .member("global_unsubscribed", .boolean) { .bool($0.globalUnsubscribed) },
        .member("hard_bounced", .boolean) { .bool($0.hardBounced) },
        .member("complained", .boolean) { .bool($0.complained) },
        .member("audience", subscription.shape) { subscription.value($0.audience) },
        .member("client", subscription.shape) { subscription.value($0.client) },
        .member("can_send_marketing", .boolean) { .bool($0.contactID != nil && $0.marketingRefusal == nil) },
        .member("can_send_transactional", .boolean) { .bool($0.contactID != nil && $0.transactionalRefusal == nil) },
    ]

    private static let validation = Payload<ContactStatus>(
        "EmailValidation",
        [
            .member("status", .choice(EmailValidationStatus.self)) { .string($0.validationStatus.rawValue) },
            .member("reason", .string) { .string($0.validationReason) },
            .member("validated_at", .nullable(.timestamp)) { time($0.validatedAt) },
        ]
    )

    private static let subscription = Payload<SubscriptionState>(
        "Subscription",
        [
            .member("slug", .string) { .string($0.slug) },
            .member("subscribed", .boolean) { .bool($0.status == .subscribed) },
            .member("status", .nullable(.choice(SubscriptionStatus.self))) { $0.status.map { .string($0.rawValue) } ?? .null },
            .member("verified", .boolean) { .bool($0.verifiedAt != nil) },
            .member("verified_at", .nullable(.timestamp)) { time($0.verifiedAt) },
            .member("unsubscribed_at", .nullable(.timestamp)) { time($0.unsubscribedAt) },
            .member("unsubscribe_reason", .string) { .string($0.unsubscribeReason) },
        ]
    )

    static func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.iso8601) } ?? .null }
}
