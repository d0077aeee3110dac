import Contracts
import JSON
import Model
import Postgres

/// Makes a template or changes it; a new version only when the content differs from the current one.
struct StoreTemplate: Statement {
    static var sample: Self {
        Self(
            scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)),
            key: "",
            content: TemplateContent(name: "", subject: "")
        )
    }

    var scope: ClientScope
    var key: String
    var content: TemplateContent

    var sql: SQL {
        """
        WITH stored AS (
            INSERT INTO delivery.templates AS template (
                organization_id, client_id, template_key, name, description, default_sender_id, is_active, on_unknown, current_version
            )
            VALUES (
                \(scope.organizationID), \(scope.clientID), \(key), \(content.name), \(content.description), \(content.defaultSenderID),
                \(content.isActive), \(content.onUnknown.rawValue), 0
            )
            ON CONFLICT (client_id, template_key) DO UPDATE
            SET
                name = EXCLUDED.name, description = EXCLUDED.description, default_sender_id = EXCLUDED.default_sender_id,
                is_active = EXCLUDED.is_active, on_unknown = EXCLUDED.on_unknown, updated_at = pg_catalog.clock_timestamp()
            RETURNING template.id, template.current_version
        )
        SELECT stored.id, stored.current_version
        FROM stored
        """
    }

    struct Output: Sendable {
        var id: Int64
        var currentVersion: Int32
    }

    func decode(_ row: Row) throws -> Output {
        Output(id: try row.decode("id"), currentVersion: try row.decode("current_version"))
    }
}

/// Adds a version and makes it the current one, unless the current one says the same.
struct AddTemplateVersion: Statement {
    static var sample: Self { Self(templateID: 1, content: TemplateContent(name: "", subject: "")) }

    var templateID: Int64
    var content: TemplateContent

    var sql: SQL {
        """
        WITH added AS (
            INSERT INTO delivery.template_versions (
                template_id, version, subject, html_body, text_body, required_context, example_context, strict_variables
            )
            SELECT
                template.id, template.current_version + 1, \(content.subject), \(content.htmlBody), \(content.textBody),
                \(content.requiredJSON), \(content.exampleContext), \(content.strictVariables)
            FROM delivery.templates AS template
            LEFT JOIN delivery.template_versions AS latest ON latest.template_id = template.id AND latest.version = template.current_version
            WHERE template.id = \(templateID)
                AND (latest.subject, latest.html_body, latest.text_body, latest.required_context, latest.example_context, latest.strict_variables)
                    IS DISTINCT FROM (
                        \(content.subject), \(content.htmlBody), \(content.textBody), \(content.requiredJSON), \(content.exampleContext),
                        \(content.strictVariables)
                    )
            RETURNING version
        )
        UPDATE delivery.templates
        SET current_version = added.version
        FROM added
        WHERE templates.id = \(templateID)
        """
    }
}

/// A template with one of its versions.
struct TemplateByKey: Statement {
    static var sample: Self { Self(clientID: ClientID(1), key: "", version: nil) }

    var clientID: ClientID
    var key: String
    /// Nil: the current one.
    var version: Int64?

    struct Output: Sendable {
        var versionID: Int64
        var record: TemplateRecord
    }

    var sql: SQL {
        """
        SELECT
            template.template_key, template.name, template.description, template.default_sender_id, template.is_active, template.on_unknown,
            template.created_at, template.updated_at, chosen.id AS version_id, chosen.version, chosen.subject, chosen.html_body,
            chosen.text_body, chosen.required_context, chosen.example_context, chosen.strict_variables
        FROM delivery.templates AS template
        JOIN delivery.template_versions AS chosen
            ON chosen.template_id = template.id AND chosen.version = COALESCE(\(version), template.current_version)
        WHERE template.client_id = \(clientID) AND template.template_key = \(key)
        """
    }

    func decode(_ row: Row) throws -> Output { Output(versionID: try row.decode("version_id"), record: try TemplateRecord(row)) }
}

extension TemplateRecord {
    init(_ row: Row) throws {
        var content = TemplateContent(name: try row.decode("name"), subject: try row.decode("subject"))
        content.description = try row.decode("description")
        content.htmlBody = try row.decode("html_body")
        content.textBody = try row.decode("text_body")
        content.requiredContext = TemplateContent.required(try row.decode("required_context"))
        content.exampleContext = try row.decode("example_context")
        content.defaultSenderID = try row.decode("default_sender_id")
        content.isActive = try row.decode("is_active")
        content.onUnknown = UnknownPolicy(rawValue: try row.decode("on_unknown")) ?? .hold
        content.strictVariables = try row.decode("strict_variables")
        self.init(
            key: try row.decode("template_key"),
            version: Int(try row.decode("version", as: Int32.self)),
            content: content,
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
    }
}

extension TemplateContent {
    /// As the table holds it.
    var requiredJSON: JSONValue {
        .array(requiredContext.map { ["name": .string($0.name), "description": .string($0.description)] })
    }

    static func required(_ json: JSONValue) -> [RequiredContext] {
        (json.arrayValue ?? []).map {
            RequiredContext(name: $0["name"]?.stringValue ?? "", description: $0["description"]?.stringValue ?? "")
        }
    }
}
