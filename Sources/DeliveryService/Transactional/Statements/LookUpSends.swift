import Contracts
import JSON
import Model
import Postgres

/// The template of each request and the message that already has its key.
struct LookUpSends: Statement {
    static var sample: Self { Self(clientIDs: [], templateKeys: [], idempotencyKeys: []) }

    var clientIDs: [Int64]
    var templateKeys: [String]
    var idempotencyKeys: [String]

    init(clientIDs: [Int64], templateKeys: [String], idempotencyKeys: [String]) {
        self.clientIDs = clientIDs
        self.templateKeys = templateKeys
        self.idempotencyKeys = idempotencyKeys
    }

    init(_ sends: [PendingSend]) {
        self.init(
            clientIDs: sends.map(\.scope.clientID.rawValue),
            templateKeys: sends.map(\.send.templateKey),
            idempotencyKeys: sends.map { $0.isRepeatable ? $0.idempotencyKey : "" }
        )
    }

    struct Template: Sendable {
        var id: Int64
        var versionID: Int64
        var isActive: Bool
        var resendsUnknown: Bool
        var defaultSenderID: String
    }

    struct Output: Sendable {
        var template: Template?
        var existing: StoredSend?
    }

    var sql: SQL {
        """
        SELECT
            template.id AS template_id, template.version_id, template.is_active, template.resends_unknown, template.default_sender_id,
            message.id, message.email, message.sender_id, message.sender, message.reply_to, message.cc, message.bcc, message.status,
            message.template_key, message.idempotency_key, message.created_at, message.send_at, message.skip_reason, message.body_hash
        FROM unnest(\(clientIDs), \(templateKeys), \(idempotencyKeys)) WITH ORDINALITY
            AS x (client_id, template_key, idempotency_key, position)
        LEFT JOIN LATERAL (
            SELECT
                templates.id, chosen.id AS version_id, templates.is_active, templates.on_unknown = 'resend' AS resends_unknown,
                templates.default_sender_id
            FROM delivery.templates
            JOIN delivery.template_versions AS chosen ON chosen.template_id = templates.id AND chosen.version = templates.current_version
            WHERE templates.client_id = x.client_id AND templates.template_key = x.template_key
            OFFSET 0
        ) AS template ON true
        LEFT JOIN LATERAL (
            SELECT
                stored.id, stored.email, stored.sender_id, stored.sender, stored.reply_to, stored.cc, stored.bcc, stored.status,
                stored.template_key, stored.idempotency_key, stored.created_at, stored.send_at, stored.skip_reason, stored.body_hash
            FROM delivery.transactional_messages AS stored
            WHERE x.idempotency_key <> '' AND stored.client_id = x.client_id AND stored.idempotency_key = x.idempotency_key
            OFFSET 0
        ) AS message ON true
        ORDER BY x.position
        """
    }

    func decode(_ row: Row) throws -> Output {
        var output = Output()
        if let id = try row.decodeIfPresent("template_id", as: Int64.self) {
            output.template = Template(
                id: id,
                versionID: try row.decode("version_id"),
                isActive: try row.decode("is_active"),
                resendsUnknown: try row.decode("resends_unknown"),
                defaultSenderID: try row.decode("default_sender_id")
            )
        }
        if let id = try row.decodeIfPresent("id", as: Int64.self) { output.existing = try StoredSend(id: id, row) }
        return output
    }
}

/// A message as a repetition of its key is answered.
struct StoredSend: Sendable {
    var receipt: TransactionalReceipt
    var bodyHash: Bytea?

    fileprivate init(id: Int64, _ row: Row) throws {
        let texts: (JSONValue) -> [String] = { ($0.arrayValue ?? []).compactMap(\.stringValue) }
        receipt = TransactionalReceipt(
            messageID: TransactionalMessageID(id),
            email: try row.decode("email"),
            senderID: try row.decode("sender_id"),
            sender: try row.decode("sender"),
            replyTo: try row.decode("reply_to"),
            cc: texts(try row.decode("cc")),
            bcc: texts(try row.decode("bcc")),
            status: TransactionalStatus(rawValue: try row.decode("status")) ?? .queued,
            templateKey: try row.decode("template_key"),
            idempotencyKey: try row.decode("idempotency_key"),
            createdAt: try row.decode("created_at"),
            sendAt: try row.decodeIfPresent("send_at")
        )
        receipt.isReplay = true
        if receipt.status == .skipped { receipt.refusal = SkipReason(rawValue: try row.decode("skip_reason")) ?? .suppressed }
        bodyHash = try row.decodeIfPresent("body_hash")
    }
}
