import Contracts
import JSON
import Model
import Postgres

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
