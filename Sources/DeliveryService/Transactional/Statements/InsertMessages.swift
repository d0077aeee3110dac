import Contracts
import Email
import JSON
import Model
import Postgres

/// Stores accepted messages with their first events, their queue entries and the news for Tracking: one statement, one commit.
///
/// A key that another transaction holds, or an earlier entry of the same call, is left out of the answer, and so is a message to a contact
/// that is erased (the transaction holds ``ErasureLock/Share``).
struct InsertMessages: Statement {
    static var sample: Self { Self([]) }

    private var sends: [PendingSend]

    /// In the order of their keys, so that two calls with the same keys never wait for each other in a circle.
    init(_ sends: [PendingSend]) {
        let ordered = sends.sorted { ($0.scope.clientID.rawValue, $0.idempotencyKey) < ($1.scope.clientID.rawValue, $1.idempotencyKey) }
        let ones = ordered.indices.filter { index in
            guard index > 0 else { return true }
            let (before, now) = (ordered[index - 1], ordered[index])
            return before.scope.clientID != now.scope.clientID || before.idempotencyKey != now.idempotencyKey
        }
        self.sends = ones.map { ordered[$0] }
    }

    struct Output: Sendable {
        var id: Int64
        var clientID: Int64
        var idempotencyKey: String
        var createdAt: Timestamp
    }

    var sql: SQL {
        """
        WITH input AS (
            SELECT x.*, CASE WHEN x.send_at > 0 THEN 'epoch'::timestamptz + x.send_at * interval '1 microsecond' END AS moment
            FROM unnest(
                \(sends.map(\.scope.organizationID.rawValue)), \(sends.map(\.scope.clientID.rawValue)),
                \(sends.map { $0.send.audienceID?.rawValue ?? 0 }), \(sends.map(\.send.audienceSlug)), \(sends.map(\.contactID)),
                \(sends.map { $0.email?.normalized ?? "" }), \(sends.map(\.senderID)), \(sends.map(\.sender)), \(sends.map(\.send.replyTo)),
                \(sends.map { JSONValue.array($0.send.cc.map { .string($0) }) }), \(sends.map { JSONValue.array($0.send.bcc.map { .string($0) }) }),
                \(sends.map { $0.template?.id ?? 0 }), \(sends.map(\.send.templateKey)), \(sends.map(\.idempotencyKey)),
                \(sends.map { $0.bodyHash ?? Bytea([]) }), \(sends.map(\.send.categoryTag)), \(sends.map { $0.rendered?.subject ?? "" }),
                \(sends.map { $0.rendered?.htmlBody ?? "" }), \(sends.map { $0.rendered?.textBody ?? "" }),
                \(sends.map { $0.extras ?? .null }), \(sends.map(\.send.metadata)), \(sends.map { $0.refusal?.rawValue ?? "" }),
                \(sends.map { Int32($0.template?.resendsUnknown == true ? 1 : 0) }), \(sends.map { $0.send.sendAt?.microseconds ?? 0 }),
                \(sends.map { JSONValue.array($0.copies.map { .string($0) }) })
            ) WITH ORDINALITY AS x (
                organization_id, client_id, audience_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id,
                template_key, idempotency_key, body_hash, category_tag, subject, html_body, text_body, extras, metadata, refusal, resends_left,
                send_at, copies, position
            )
        ), added AS (
            INSERT INTO delivery.transactional_messages AS message (
                organization_id, client_id, audience_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id,
                template_key, idempotency_key, body_hash, category_tag, subject, html_body, text_body, extras, metadata, status, skip_reason,
                resends_left, send_at, not_before
            )
            SELECT
                input.organization_id, input.client_id, NULLIF(input.audience_id, 0), input.audience_slug, input.contact_id, input.email,
                input.sender_id, input.sender, input.reply_to, input.cc, input.bcc, input.template_id, input.template_key,
                input.idempotency_key, NULLIF(input.body_hash, ''), input.category_tag, input.subject, input.html_body, input.text_body,
                NULLIF(input.extras, 'null'), input.metadata, CASE WHEN input.refusal = '' THEN 'queued' ELSE 'skipped' END, input.refusal,
                input.resends_left, input.moment, input.moment
            FROM input
            WHERE NOT EXISTS (
                SELECT FROM delivery.erased_contacts AS erased
                WHERE erased.contact_id = input.contact_id AND erased.organization_id = input.organization_id
            )
            ORDER BY input.position
            ON CONFLICT (client_id, idempotency_key) DO NOTHING
            RETURNING
                message.id, message.organization_id, message.client_id, message.audience_id, message.audience_slug, message.contact_id,
                message.email, message.template_id, message.template_key, message.idempotency_key, message.status, message.skip_reason,
                message.created_at, message.not_before
        ), copied AS (
            INSERT INTO delivery.message_copies (organization_id, address, message_id)
            SELECT added.organization_id, copy.address, added.id
            FROM input
            JOIN added ON added.client_id = input.client_id AND added.idempotency_key = input.idempotency_key
            CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(input.copies) AS copy (address)
            WHERE input.copies <> '[]'
            ON CONFLICT DO NOTHING
        ), event AS (
            SELECT
                added.id AS message_id, added.status AS type, added.created_at AS occurred_at, 0 AS sequence, added.organization_id,
                added.client_id, added.audience_id, added.audience_slug, added.contact_id, added.email,
                CASE
                    WHEN added.skip_reason = '' THEN '{}'::jsonb
                    ELSE pg_catalog.jsonb_build_object('reason', added.skip_reason)
                END AS metadata
            FROM added
        ), requeued AS (
            SELECT
                added.id AS message_id, added.client_id, added.idempotency_key, added.contact_id, added.template_id, added.template_key,
                added.not_before AS visible_at
            FROM added
            WHERE added.status = 'queued'
        ), stored_events AS (
            \(unescaped: MessageNews.store)
        ), queued AS (
            \(unescaped: MessageNews.requeue)
        ), news AS (
            \(unescaped: MessageNews.publish)
        )
        SELECT added.id, added.client_id, added.idempotency_key, added.created_at
        FROM added
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            id: try row.decode("id"),
            clientID: try row.decode("client_id"),
            idempotencyKey: try row.decode("idempotency_key"),
            createdAt: try row.decode("created_at")
        )
    }
}
