import Contracts
import JSON
import Model
import Postgres

/// A contact's messages with their contents, of every client of the organization, newest first; the page ends early when they are large.
struct ExportMessageRows: Statement {
    /// Of a page, as JSON; one message always fits.
    static let maximumBytes = 8 << 20
    /// A larger one comes without headers, parts and attachments.
    static let maximumMessageBytes = 14 << 20
    static let pageSize = 25

    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1), before: 1) }

    var organizationID: OrganizationID
    var contactID: ContactID
    var before: Int64

    struct Output: Sendable {
        var message: ExportedMessage
        /// Of the page before it was cut; one row more than ``pageSize`` was asked for.
        var pageCount: Int64
    }

    var sql: SQL {
        """
        SELECT
            \(unescaped: MessageColumns.list), message.client_id, message.reply_to, message.cc, message.bcc, message.html_body, message.text_body,
            CASE WHEN page.bytes <= \(Self.maximumMessageBytes) THEN message.extras END AS extras,
            page.bytes > \(Self.maximumMessageBytes) AS is_cut, page.page_count
        FROM (
            SELECT found.id, found.bytes, pg_catalog.count(*) OVER () AS page_count, pg_catalog.sum(found.bytes) OVER (ORDER BY found.id DESC) AS total_bytes
            FROM (
                SELECT
                    stored.id,
                    octet_length(pg_catalog.jsonb_build_array(
                        stored.subject, stored.html_body, stored.text_body, stored.metadata, stored.reply_to, stored.cc, stored.bcc, stored.extras
                    )::text) AS bytes
                FROM delivery.transactional_messages AS stored
                WHERE stored.contact_id = \(contactID) AND stored.id < \(before) AND stored.organization_id = \(organizationID)
                ORDER BY stored.id DESC
                LIMIT \(Self.pageSize + 1)
            ) AS found
        ) AS page
        JOIN delivery.transactional_messages AS message ON message.id = page.id
        WHERE page.total_bytes <= \(Self.maximumBytes) OR page.total_bytes = page.bytes
        ORDER BY message.id DESC
        """
    }

    func decode(_ row: Row) throws -> Output {
        var exported = ExportedMessage(
            message: try MessageColumns.decode(row),
            clientID: try row.decode("client_id"),
            replyTo: try row.decode("reply_to"),
            cc: Self.texts(try row.decode("cc")),
            bcc: Self.texts(try row.decode("bcc")),
            htmlBody: try row.decode("html_body"),
            textBody: try row.decode("text_body")
        )
        exported.isCut = try row.decode("is_cut")
        if let extras = try row.decodeIfPresent("extras", as: JSONValue.self) {
            exported.headers = Self.groups(extras["headers"]).map { MailHeader(name: $0[0], value: $0[1]) }
            exported.parts = Self.groups(extras["parts"]).map { MailPart(contentType: $0[0], content: $0[1], filename: $0[2]) }
            exported.attachments = Self.groups(extras["attachments"]).map {
                MailAttachment(filename: $0[0], contentType: $0[1], content: $0[2], contentID: $0[3])
            }
        }
        return Output(message: exported, pageCount: try row.decode("page_count"))
    }

    private static func texts(_ json: JSONValue?) -> [String] { (json?.arrayValue ?? []).compactMap(\.stringValue) }

    /// Lists of texts, as ``PendingSend/extras`` writes them.
    private static func groups(_ json: JSONValue?) -> [[String]] {
        (json?.arrayValue ?? []).map { texts($0) + ["", "", "", ""] }
    }
}
