import Contracts
import JSON
import Model
import Postgres

/// A template on a page that ends early when its templates are large.
struct PagedTemplate: Sendable {
    /// More than this does not fit into one answer, in bytes of text; one template always fits.
    ///
    /// As JSON it may be six times as much.
    static let maximumBytes = 2 << 20

    var record: TemplateRecord
    /// Of the page before it was cut.
    var pageCount: Int64

    init(_ row: Row) throws {
        record = try TemplateRecord(row)
        pageCount = try row.decode("page_count")
    }
}

/// A page of a client's templates, by key.
struct TemplatePageRows: Statement {
    static var sample: Self { Self(clientID: ClientID(1), after: "", limit: 1) }

    var clientID: ClientID
    var after: String
    var limit: Int

    var sql: SQL {
        """
        SELECT page.*
        FROM (
            SELECT found.*, pg_catalog.count(*) OVER () AS page_count, pg_catalog.sum(found.bytes) OVER (ORDER BY found.template_key) AS total_bytes
            FROM (
                SELECT
                    template.template_key, template.name, template.description, template.default_sender_id, template.is_active, template.on_unknown,
                    template.created_at, template.updated_at, chosen.version, chosen.subject, chosen.html_body, chosen.text_body,
                    chosen.required_context, chosen.example_context, chosen.strict_variables,
                    octet_length(chosen.html_body) + octet_length(chosen.text_body) + octet_length(template.description)
                        + octet_length(chosen.required_context::text) + octet_length(chosen.example_context::text) + 6000 AS bytes
                FROM delivery.templates AS template
                JOIN delivery.template_versions AS chosen ON chosen.template_id = template.id AND chosen.version = template.current_version
                WHERE template.client_id = \(clientID) AND template.template_key > \(after)
                ORDER BY template.template_key
                LIMIT \(limit)
            ) AS found
        ) AS page
        WHERE page.total_bytes <= \(PagedTemplate.maximumBytes) OR page.total_bytes = page.bytes
        ORDER BY page.template_key
        """
    }

    func decode(_ row: Row) throws -> PagedTemplate { try PagedTemplate(row) }
}

/// A page of a template's versions, newest first; each with the time of its making.
struct TemplateVersionRows: Statement {
    static var sample: Self { Self(clientID: ClientID(1), key: "", before: Int32.max, limit: 1) }

    var clientID: ClientID
    var key: String
    /// Smaller numbers only.
    var before: Int32
    var limit: Int

    var sql: SQL {
        """
        SELECT page.*
        FROM (
            SELECT found.*, pg_catalog.count(*) OVER () AS page_count, pg_catalog.sum(found.bytes) OVER (ORDER BY found.version DESC) AS total_bytes
            FROM (
                SELECT
                    template.template_key, template.name, template.description, template.default_sender_id, template.is_active, template.on_unknown,
                    chosen.created_at, chosen.created_at AS updated_at, chosen.version, chosen.subject, chosen.html_body, chosen.text_body,
                    chosen.required_context, chosen.example_context, chosen.strict_variables,
                    octet_length(chosen.html_body) + octet_length(chosen.text_body) + octet_length(template.description)
                        + octet_length(chosen.required_context::text) + octet_length(chosen.example_context::text) + 6000 AS bytes
                FROM delivery.templates AS template
                JOIN delivery.template_versions AS chosen ON chosen.template_id = template.id
                WHERE template.client_id = \(clientID) AND template.template_key = \(key) AND chosen.version < \(before)
                ORDER BY chosen.version DESC
                LIMIT \(limit)
            ) AS found
        ) AS page
        WHERE page.total_bytes <= \(PagedTemplate.maximumBytes) OR page.total_bytes = page.bytes
        ORDER BY page.version DESC
        """
    }

    func decode(_ row: Row) throws -> PagedTemplate { try PagedTemplate(row) }
}
