import Contracts
import JSON
import Model

/// Answers of the transactional calls, with the keys of the recorded samples.
enum TransactionalPayload {
    private static let accepted = Payload<TransactionalReceipt>(
        "AcceptedMessage",
        [
            .member("id", .nullable(.id), "Null for a dry run.") { $0.messageID.map { .integer($0.rawValue) } ?? .null },
            .member("email", .string) { .string($0.email) },
            .member("from_email", .string, "Id of the sender.") { .string($0.senderID) },
            .member("from_email_address", .string) { .string($0.sender) },
            .member("reply_to", .string) { .string($0.replyTo) },
            .member("cc", .list(of: .string)) { .strings($0.cc) },
            .member("bcc", .list(of: .string)) { .strings($0.bcc) },
            .member("status", .choice(TransactionalStatus.self)) { .string($0.status.rawValue) },
            .member("template_key", .string) { .string($0.templateKey) },
            .member("idempotency_key", .string) { .string($0.idempotencyKey) },
            .member("created_at", .nullable(.timestamp)) { ContactPayload.time($0.createdAt) },
            .member("send_at", .nullable(.timestamp)) { ContactPayload.time($0.sendAt) },
        ]
    )

    private static let receipt: [Payload<TransactionalReceipt>.Member] = [
        .member("message", accepted.shape) { accepted.value($0) },
        .member("idempotent_replay", .boolean, "Whether the key was known already.") { .bool($0.isReplay) },
        .member("enqueued", .boolean, "Whether this request put it into the queue.") { .bool($0.isEnqueued) },
    ]

    static let sent = Payload<TransactionalReceipt>("TransactionalSent", receipt)

    static let dryRun = Payload<TransactionalReceipt>(
        "TransactionalDryRun",
        receipt + [
            .member("rendered", TemplatePayload.rendered.shape) { $0.rendered.map(TemplatePayload.rendered.value) ?? .null },
            .member("would_deliver", .boolean) { .bool($0.refusal == nil) },
            .member("delivery_decision", decision.shape) { decision.value($0) },
        ]
    )

    private static let decision = Payload<TransactionalReceipt>(
        "DeliveryDecision",
        [
            .member("allowed", .boolean) { .bool($0.refusal == nil) },
            .member("reason", .string) { .string($0.refusal?.rawValue ?? "") },
        ]
    )

    static let suppressed = Payload<TransactionalReceipt>(
        "TransactionalSuppressed",
        receipt + [.member("error", suppression.shape) { suppression.value($0) }]
    )

    private static let suppression = Payload<TransactionalReceipt>(
        "TransactionalSuppression",
        [
            .member("code", .string) { _ in "transactional_suppressed" },
            .member("message", .string) { _ in "Contact is hard-suppressed for transactional email." },
            .member("reason", .string) { .string($0.refusal?.rawValue ?? "") },
        ]
    )

    /// The declared shape of 202: of a send, or of a dry run with more members.
    static let acceptedShape = Shape.object(
        ObjectShape(
            "TransactionalAccepted",
            sent.members.map(\.field) + dryRun.members.dropFirst(sent.members.count).map { Field($0.field.name, $0.field.shape, "Of a dry run.") }
        )
    )

    /// The declared shape of 409: a suppressed recipient, or another body under the same key.
    static let conflictShape = Shape.object(
        ObjectShape(
            "TransactionalConflict",
            sent.members.map { Field($0.field.name, $0.field.shape) } + [Field("error", .freeObject, required: true)]
        )
    )

    static let result = Payload<TransactionalBatchItem>(
        "TransactionalBatchResult",
        [
            .member("index", .integer) { .integer($0.index) },
            .member("status", .integer, "What a request of its own would have been answered with.") { .integer($0.status) },
            .member("message", .nullable(accepted.shape)) { $0.receipt.map(accepted.value) ?? .null },
            .member("idempotent_replay", .boolean) { .bool($0.receipt?.isReplay ?? false) },
            .member("enqueued", .boolean) { .bool($0.receipt?.isEnqueued ?? false) },
            .member("error", .nullable(.freeObject)) { $0.error ?? .null },
        ]
    )

    static let batch = Payload<[TransactionalBatchItem]>(
        "TransactionalBatchAccepted",
        [
            .member("results", .list(of: result.shape)) { .array($0.map(result.value)) },
            .member("created_count", .integer) { items in .integer(items.count { $0.receipt.map { !$0.isReplay } ?? false }) },
            .member("enqueued_count", .integer) { items in .integer(items.count { $0.receipt?.isEnqueued ?? false }) },
            .member("idempotent_replay_count", .integer) { items in .integer(items.count { $0.receipt?.isReplay ?? false }) },
            .member("failed_count", .integer) { items in .integer(items.count { $0.receipt == nil }) },
        ]
    )
}

/// What became of one message of a batch.
struct TransactionalBatchItem: Sendable {
    var index: Int
    var receipt: TransactionalReceipt?
    var status: Int
    /// As a request of its own would show it.
    var error: JSONValue?
}
