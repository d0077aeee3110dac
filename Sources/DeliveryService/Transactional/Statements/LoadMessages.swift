import JSON
import Model
import Postgres

/// How some messages stand and how much they weigh, without their content.
struct WeighMessages: Statement {
    static var sample: Self { Self(ids: []) }

    var ids: [Int64]

    struct Output: Sendable {
        var id: Int64
        var status: String
        var recipientCount: Int
        /// Of the content as the database holds it.
        var bytes: Int
        /// Until it may be sent.
        var waitSeconds: Double
        /// Until the running attempt counts as lost.
        var deadlineSeconds: Double
    }

    var sql: SQL {
        """
        SELECT
            message.id, message.status,
            (1 + pg_catalog.jsonb_array_length(message.cc) + pg_catalog.jsonb_array_length(message.bcc))::bigint AS recipients,
            (
                pg_catalog.octet_length(message.subject) + pg_catalog.octet_length(message.html_body)
                + pg_catalog.octet_length(message.text_body) + COALESCE(pg_catalog.octet_length(message.extras::text), 0)
            )::bigint AS bytes,
            GREATEST(0, COALESCE(EXTRACT(EPOCH FROM message.not_before - pg_catalog.clock_timestamp()), 0))::double precision AS wait_seconds,
            GREATEST(0, COALESCE(EXTRACT(EPOCH FROM message.attempt_deadline - pg_catalog.clock_timestamp()), 0))::double precision
                AS deadline_seconds
        FROM delivery.transactional_messages AS message
        WHERE message.id = ANY (\(ids))
        ORDER BY message.id
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            id: try row.decode("id"),
            status: try row.decode("status"),
            recipientCount: try row.decode("recipients"),
            bytes: try row.decode("bytes"),
            waitSeconds: try row.decode("wait_seconds"),
            deadlineSeconds: try row.decode("deadline_seconds")
        )
    }
}

/// Everything that sending needs of some messages.
struct LoadMessages: Statement {
    static var sample: Self { Self(ids: []) }

    var ids: [Int64]

    var sql: SQL {
        """
        SELECT
            message.id, message.organization_id, message.client_id, message.audience_id, message.contact_id, message.category_tag,
            message.email, message.sender, message.reply_to, message.cc, message.bcc, message.subject, message.html_body,
            message.text_body, message.extras
        FROM delivery.transactional_messages AS message
        WHERE message.id = ANY (\(ids))
        ORDER BY message.id
        """
    }

    func decode(_ row: Row) throws -> TransactionalRow {
        TransactionalRow(
            id: try row.decode("id"),
            organizationID: try row.decode("organization_id"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decodeIfPresent("audience_id") ?? 0,
            contactID: try row.decode("contact_id"),
            categoryTag: try row.decode("category_tag"),
            email: try row.decode("email"),
            sender: try row.decode("sender"),
            replyTo: try row.decode("reply_to"),
            cc: Self.texts(try row.decode("cc")),
            bcc: Self.texts(try row.decode("bcc")),
            subject: try row.decode("subject"),
            htmlBody: try row.decode("html_body"),
            textBody: try row.decode("text_body"),
            extras: try row.decodeIfPresent("extras")
        )
    }

    private static func texts(_ json: JSONValue) -> [String] { (json.arrayValue ?? []).compactMap(\.stringValue) }
}

/// A message as its worker sees it.
struct TransactionalRow: Sendable {
    var id: Int64
    var organizationID: Int64
    var clientID: Int64
    /// 0: outside any audience.
    var audienceID: Int64
    var contactID: Int64
    var categoryTag: String
    var email: String
    var sender: String
    var replyTo: String
    var cc: [String]
    var bcc: [String]
    var subject: String
    var htmlBody: String
    var textBody: String
    var extras: JSONValue?
}
