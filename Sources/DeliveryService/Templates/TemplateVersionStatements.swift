import Contracts
import JSON
import Model
import Postgres

/// All versions of a template, newest first; each with the time of its making.
struct TemplateVersionRows: Statement {
    static var sample: Self { Self(clientID: ClientID(1), key: "") }

    var clientID: ClientID
    var key: String

    var sql: SQL {
        """
        SELECT
            template.template_key, template.name, template.description, template.default_sender_id, template.is_active, template.on_unknown,
            chosen.created_at, chosen.created_at AS updated_at, chosen.version, chosen.subject, chosen.html_body, chosen.text_body,
            chosen.required_context, chosen.example_context, chosen.strict_variables
        FROM delivery.templates AS template
        JOIN delivery.template_versions AS chosen ON chosen.template_id = template.id
        WHERE template.client_id = \(clientID) AND template.template_key = \(key)
        ORDER BY chosen.version DESC
        LIMIT 100
        """
    }

    func decode(_ row: Row) throws -> TemplateRecord { try TemplateRecord(row) }
}

/// Versions by id, for compiling.
struct TemplateVersionsByID: Statement {
    static var sample: Self { Self(ids: []) }

    var ids: [Int64]

    struct Output: Sendable {
        var id: Int64
        var content: TemplateContent
    }

    var sql: SQL {
        """
        SELECT
            chosen.id, chosen.subject, chosen.html_body, chosen.text_body, chosen.required_context, chosen.strict_variables
        FROM delivery.template_versions AS chosen
        WHERE chosen.id = ANY (\(ids))
        """
    }

    func decode(_ row: Row) throws -> Output {
        var content = TemplateContent(name: "", subject: try row.decode("subject"))
        content.htmlBody = try row.decode("html_body")
        content.textBody = try row.decode("text_body")
        content.requiredContext = TemplateContent.required(try row.decode("required_context"))
        content.strictVariables = try row.decode("strict_variables")
        return Output(id: try row.decode("id"), content: content)
    }
}
