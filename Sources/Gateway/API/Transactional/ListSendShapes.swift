import Contracts
import JSON

/// Bodies of sends to lists.
enum ListSendShapes {
    private static let message: [Field] = [
        Field("template_key", .string(maximum: 200), required: true, example: "welcome"),
        Field(
            "idempotency_key",
            .string(maximum: 150),
            required: true,
            "With the member's key it makes the key of each message: who has one gets no other.",
            example: "homework-1"
        ),
        Field("context", .freeObject, "What the template can name; a member's metadata goes before, and stands under `member` too."),
        Field("metadata", .storedObject, "Kept with each message, never sent."),
        Field("from_email", .string(maximum: 64), "Id of one of the client's senders."),
        Field("reply_to", .string(maximum: 1_000)),
        Field("headers", .map(.string(maximum: 4_096), count: 20)),
        Field("send_at", .timestamp),
        Field("category_tag", .string(maximum: 200), "A category that recipients may have disabled."),
    ]

    static let stored = ObjectShape(
        "ListSend",
        ObjectShape.scope + message + [
            Field("members", .list(of: .object(RecipientListShapes.member)), "Makes the list name exactly these members before the send."),
            Field("remove_absent", .boolean, "Whether members that are not named are removed; true unless said otherwise."),
            RecipientListShapes.nested,
        ]
    )

    static let transient = ObjectShape(
        "TransientListSend",
        ObjectShape.scope + message + [
            Field("members", .list(of: .object(RecipientListShapes.member)), required: true, "The recipients; no list is stored."),
            Field(
                "list",
                .object(ObjectShape([Field("key", .string(maximum: 255)), Field("name", .string(maximum: 255))])),
                "How the answer names it.",
                example: ["key": "adhoc", "name": "Ad hoc"]
            ),
        ]
    )
}

/// What a send to a list brought.
struct ListSendCounts: Sendable {
    var created = 0
    var enqueued = 0
    var skipped = 0
    var replayed = 0
    /// Of the skipped ones, whose message could not be made: key and reasons of the first.
    var failures: [(key: String, failure: ValidationFailure)] = []
    private static let maximumFailures = 100

    mutating func add(_ receipt: TransactionalReceipt) {
        if receipt.isReplay { replayed += 1 } else { created += 1 }
        if receipt.isEnqueued { enqueued += 1 }
        if !receipt.isReplay, receipt.refusal != nil { skipped += 1 }
    }

    mutating func addFailure(of key: String, _ failure: ValidationFailure) {
        skipped += 1
        if failures.count < Self.maximumFailures { failures.append((key, failure)) }
    }
}

/// Answers of sends to lists.
enum ListSendPayload {
    struct Stored: Sendable {
        var list: RecipientListState
        var templateKey: String
        var idempotencyKey: String
        var counts: ListSendCounts
        var sync: ListMembersReconciled?
    }

    struct Transient: Sendable {
        var key: String
        var name: String
        var memberCount: Int
        var activeMemberCount: Int
        var templateKey: String
        var idempotencyKey: String
        var counts: ListSendCounts
    }

    private static let list = Payload<RecipientListState>(
        "ListSendList",
        [
            .member("key", .string) { .string($0.key) },
            .member("active_member_count", .integer) { .integer($0.activeMemberCount) },
        ]
    )

    private static let storedMembers: [Payload<Stored>.Member] = [
        .member("recipient_list", list.shape) { list.value($0.list) },
        .member("template_key", .string) { .string($0.templateKey) },
        .member("idempotency_key", .string) { .string($0.idempotencyKey) },
        .member("created_count", .integer) { .integer($0.counts.created) },
        .member("enqueued_count", .integer) { .integer($0.counts.enqueued) },
        .member("skipped_count", .integer, skippedSummary) { .integer($0.counts.skipped) },
        .member("idempotent_replay_count", .integer) { .integer($0.counts.replayed) },
        .member("failures", .list(of: failure.shape), failuresSummary) { .array($0.counts.failures.map(failure.value)) },
    ]

    private static let skippedSummary = "Members who may not be mailed, or whose message cannot be made."
    private static let failuresSummary = "The first hundred members for whom no message was made, with the reasons."

    private static let failure = Payload<(key: String, failure: ValidationFailure)>(
        "ListSendFailure",
        [
            .member("source_object_key", .string) { .string($0.key) },
            .member("fields", .map(.string), "Field to reason.") { item in
                .object(JSONObject(item.failure.fields.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) }))
            },
        ]
    )

    static let stored = Payload<Stored>("ListSent", storedMembers)
    static let synced = Payload<Stored>(
        "ListSyncedAndSent",
        storedMembers + [
            .member("member_sync", RecipientListPayload.reconciled.shape) { $0.sync.map(RecipientListPayload.reconciled.value) ?? .null }
        ]
    )
    static let storedShape = Shape.object(
        ObjectShape(
            "ListSendAccepted",
            stored.members.map(\.field) + [Field("member_sync", RecipientListPayload.reconciled.shape, "When the request named members.")]
        )
    )

    static let transient = Payload<Transient>(
        "TransientListSent",
        [
            .member("transient_recipient_list", transientList.shape) { transientList.value($0) },
            .member("template_key", .string) { .string($0.templateKey) },
            .member("idempotency_key", .string) { .string($0.idempotencyKey) },
            .member("created_count", .integer) { .integer($0.counts.created) },
            .member("enqueued_count", .integer) { .integer($0.counts.enqueued) },
            .member("skipped_count", .integer, skippedSummary) { .integer($0.counts.skipped) },
            .member("idempotent_replay_count", .integer) { .integer($0.counts.replayed) },
            .member("failures", .list(of: failure.shape), failuresSummary) { .array($0.counts.failures.map(failure.value)) },
        ]
    )

    private static let transientList = Payload<Transient>(
        "TransientList",
        [
            .member("key", .string) { .string($0.key) },
            .member("name", .string) { .string($0.name) },
            .member("member_count", .integer) { .integer($0.memberCount) },
            .member("active_member_count", .integer) { .integer($0.activeMemberCount) },
        ]
    )
}
