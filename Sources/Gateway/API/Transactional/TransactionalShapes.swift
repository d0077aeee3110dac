import Contracts
import JSON
import Model

/// Bodies of the transactional calls.
enum TransactionalShapes {
    static let send = ObjectShape(
        "TransactionalSend",
        message + [Field("dry_run", .boolean, "Check and render; nothing at all is stored.")]
    )

    static let batch = ObjectShape(
        "TransactionalBatch",
        [
            Field(
                "messages",
                .list(of: .object(ObjectShape("TransactionalMessagePost", message)), count: 1...SendTransactionalBatch.maximumMessages),
                required: true,
                "At most \(SendTransactionalBatch.maximumMessages); each is accepted or refused for itself."
            )
        ]
    )

    /// For the handler: what is wrong with one message is told with that message.
    static let batchBody = ObjectShape(
        "TransactionalBatchBody",
        [Field("messages", .list(of: .any, count: 1...SendTransactionalBatch.maximumMessages), required: true)]
    )

    static let one = ObjectShape(message)

    static let message: [Field] = [
        Field("email", .email, required: true, "The recipient.", example: "ann@example.org"),
        Field("template_key", .string(maximum: 200), required: true, example: "welcome"),
        Field("idempotency_key", .string(maximum: 255), "A repetition with the same key and body is answered with the same message."),
        Field("context", .freeObject, "What the template can name.", example: ["name": "Ann"]),
        Field("metadata", .storedObject, "Kept with the message, never sent."),
        Field("from_email", .string(maximum: 64), "Id of one of the client's senders; the template's or the client's default when absent."),
        Field("reply_to", .string(maximum: 1_000)),
        Field("cc", .list(of: .string(maximum: 1_000), count: 0...50)),
        Field("bcc", .list(of: .string(maximum: 1_000), count: 0...50)),
        Field("headers", .map(.string(maximum: 4_096), count: 20), "At most 20; those that the service writes itself are refused."),
        Field("message_parts", .list(of: .object(part), count: 0...10), "Texts beside the bodies."),
        Field("attachments", .list(of: .object(attachment), count: 0...20), "Together at most 7 MB."),
        Field("send_at", .timestamp, "Not before this time; at most a year ahead."),
        Field("category_tag", .string(maximum: 200), "A category that the recipient may have disabled; needs `audience`."),
        Field("audience", .string(maximum: 63), "Slug of an audience."),
        Field("client", .string(maximum: 63), "Slug of the key's own client."),
    ]

    private static let part = ObjectShape(
        "MessagePart",
        [
            Field("content_type", .string(maximum: 500), required: true, example: "text/calendar; method=REQUEST"),
            Field("content", .string, required: true, "At most 200 kB."),
            Field("filename", .string(maximum: 255), "Absent: shown with the message."),
        ]
    )

    private static let attachment = ObjectShape(
        "Attachment",
        [
            Field("filename", .string(maximum: 255), required: true, example: "invoice.pdf"),
            Field("content_type", .string(maximum: 127), example: "application/pdf"),
            Field("content", .string, required: true, "Base64."),
            Field("content_id", .string(maximum: 200), "For an image that the HTML shows by `cid:`."),
        ]
    )
}

extension TransactionalSend {
    /// What a body asks for, faults or not; audience and client are resolved by the caller.
    init(_ fields: inout RequestFields) {
        self.init(email: fields.string("email") ?? "", templateKey: fields.string("template_key") ?? "")
        idempotencyKey = fields.string("idempotency_key")
        context = fields.objectValue("context") ?? .object(JSONObject())
        metadata = fields.objectValue("metadata") ?? .object(JSONObject())
        senderID = fields.string("from_email").flatMap { $0.isEmpty ? nil : $0 }
        replyTo = fields.string("reply_to") ?? ""
        cc = fields.strings("cc") ?? []
        bcc = fields.strings("bcc") ?? []
        sendAt = fields.timestamp("send_at")
        categoryTag = fields.string("category_tag") ?? ""
        let named = fields.object["headers"]?.objectValue?.members ?? []
        headers = named.compactMap { name, value in value.stringValue.map { MailHeader(name: name, value: $0) } }
        parts = Self.items(fields, "message_parts").map { text in
            MailPart(contentType: text("content_type"), content: text("content"), filename: text("filename"))
        }
        attachments = Self.items(fields, "attachments").map { text in
            let type = text("content_type")
            return MailAttachment(
                filename: text("filename"),
                contentType: type.isEmpty ? "application/octet-stream" : type,
                content: text("content"),
                contentID: text("content_id")
            )
        }
    }

    private static func items(_ fields: RequestFields, _ name: String) -> [(String) -> String] {
        (fields.object[name]?.arrayValue ?? []).map { item in { item[$0]?.stringValue ?? "" } }
    }
}
