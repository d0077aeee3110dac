import Contracts
import JSON
import Model

/// Bodies of the template calls.
enum TemplateShapes {
    static let put = ObjectShape(
        "TemplatePut",
        [
            Field("name", .string(maximum: 200), required: true, "For people.", example: "Welcome"),
            Field("description", .string(maximum: 10_000)),
            Field("subject", .string(maximum: 1_000), required: true, "Liquid.", example: "Hello {{ name }}"),
            Field("html_body", .string, "Liquid; values are escaped.", example: "<p>Hello {{ name }}</p>"),
            Field("text_body", .string, "Liquid; made from the HTML when it is empty.", example: "Hello {{ name }}"),
            Field(
                "required_context",
                .list(of: .any, count: 0...TemplateContent.maximumRequired),
                "What every send must bring: objects with `name` and `description`, or names.",
                example: [["name": "name", "description": "First name"]]
            ),
            Field("example_context", .storedObject, "What a preview shows.", example: ["name": "Ann"]),
            Field("default_sender_id", .string(maximum: 64), "One of the client's senders; empty: the client's default."),
            Field("is_active", .boolean, "Whether it may be sent; `true` when absent."),
            Field("on_unknown", .choice(UnknownPolicy.self), "Whether a message of unknown fate is sent once more; `hold` when absent."),
            Field("strict_variables", .boolean, "Whether an undefined variable is an error."),
        ]
    )

    static let preview = ObjectShape(
        "TemplatePreview",
        [
            Field("context", .freeObject, "The template's `example_context` when absent.", example: ["name": "Ann"]),
            Field("version", .integer(1...Int64(Int32.max)), "The newest when absent."),
        ]
    )

    static func content(_ fields: inout RequestFields) -> TemplateContent {
        var content = TemplateContent(name: fields.string("name") ?? "", subject: fields.string("subject") ?? "")
        content.description = fields.string("description") ?? ""
        content.htmlBody = fields.string("html_body") ?? ""
        content.textBody = fields.string("text_body") ?? ""
        content.exampleContext = fields.objectValue("example_context") ?? .object(JSONObject())
        content.defaultSenderID = fields.string("default_sender_id") ?? ""
        content.isActive = fields.bool("is_active") ?? true
        content.onUnknown = fields.choice("on_unknown") ?? .hold
        content.strictVariables = fields.bool("strict_variables") ?? false
        content.requiredContext = required(&fields)
        return content
    }

    private static func required(_ fields: inout RequestFields) -> [RequiredContext] {
        let items = fields.object["required_context"]?.arrayValue ?? []
        return items.enumerated().compactMap { index, item in
            if let name = item.stringValue { return RequiredContext(name: name, description: "") }
            guard item.objectValue != nil else {
                fields.fault("required_context.\(index)", "must_be_object")
                return nil
            }
            for member in ["name", "description"] where item[member].map({ $0 != .null && $0.stringValue == nil }) ?? false {
                fields.fault("required_context.\(index).\(member)", "must_be_string")
            }
            return RequiredContext(name: item["name"]?.stringValue ?? "", description: item["description"]?.stringValue ?? "")
        }
    }
}

/// A template as a client of this slug sees it.
struct TemplateView: Sendable {
    var record: TemplateRecord
    var client: String
}

/// Answers of the template calls.
enum TemplatePayload {
    static let template = Payload<TemplateView>(
        "Template",
        [
            .member("key", .string) { .string($0.record.key) },
            .member("client", .string, "Slug of the client.") { .string($0.client) },
            .member("name", .string) { .string($0.record.content.name) },
            .member("description", .string) { .string($0.record.content.description) },
            .member("subject", .string) { .string($0.record.content.subject) },
            .member("html_body", .string) { .string($0.record.content.htmlBody) },
            .member("text_body", .string) { .string($0.record.content.textBody) },
            .member("required_context", .list(of: required.shape)) { .array($0.record.content.requiredContext.map(required.value)) },
            .member("example_context", .freeObject) { $0.record.content.exampleContext },
            .member("default_sender_id", .string) { .string($0.record.content.defaultSenderID) },
            .member("is_transactional", .boolean) { _ in true },
            .member("is_active", .boolean) { .bool($0.record.content.isActive) },
            .member("created_at", .timestamp) { .string($0.record.createdAt.iso8601) },
            .member("updated_at", .timestamp) { .string($0.record.updatedAt.iso8601) },
            .member("version", .integer) { .integer($0.record.version) },
            .member("on_unknown", .choice(UnknownPolicy.self)) { .string($0.record.content.onUnknown.rawValue) },
            .member("strict_variables", .boolean) { .bool($0.record.content.strictVariables) },
        ]
    )

    private static let required = Payload<RequiredContext>(
        "RequiredContext",
        [.member("name", .string) { .string($0.name) }, .member("description", .string) { .string($0.description) }]
    )

    static let put = Payload<(view: TemplateView, created: Bool)>(
        "TemplateStored",
        [
            .member("template", template.shape) { template.value($0.view) },
            .member("created", .boolean, "Whether there was none of this key.") { .bool($0.created) },
        ]
    )

    static let list = Payload<(views: [TemplateView], next: String?)>(
        "TemplateList",
        [
            .member("templates", .list(of: template.shape)) { .array($0.views.map(template.value)) },
            .member("count", .integer) { .integer($0.views.count) },
            .member("next_cursor", .nullable(.string), "Pass as `cursor` for the next page.") { $0.next.map { .string($0) } ?? .null },
        ]
    )

    static let rendered = Payload<RenderedMessage>(
        "RenderedMessage",
        [
            .member("subject", .string) { .string($0.subject) },
            .member("html_body", .string) { .string($0.htmlBody) },
            .member("text_body", .string) { .string($0.textBody) },
        ]
    )

    static let preview = Payload<RenderedMessage>(
        "TemplatePreviewed",
        [.member("rendered", rendered.shape) { rendered.value($0) }]
    )
}
