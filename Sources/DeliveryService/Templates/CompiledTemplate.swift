import Contracts
import Email
import JSON
import Templating

/// A template version made ready to render many times.
struct CompiledTemplate: Sendable {
    let requiredContext: [RequiredContext]
    private let subject: Template
    private let html: Template?
    private let text: Template?
    private let undefined: UndefinedPolicy

    /// Compiles all parts; the faults of all of them are thrown together.
    init(_ content: TemplateContent) throws(ValidationFailure) {
        requiredContext = content.requiredContext
        undefined = content.strictVariables ? .error : .empty
        var faults = ValidationFailure([:], details: [:])
        let subject = Self.compile(content.subject, "subject", &faults)
        html = content.htmlBody.isEmpty ? nil : Self.compile(content.htmlBody, "html_body", &faults)
        text = content.textBody.isEmpty ? nil : Self.compile(content.textBody, "text_body", &faults)
        guard let subject, faults.fields.isEmpty else { throw faults }
        self.subject = subject
    }

    private static func compile(_ source: String, _ field: String, _ faults: inout ValidationFailure) -> Template? {
        do {
            return try Template.compile(source)
        } catch {
            add(ContentFault(field: field, template: error), to: &faults)
            return nil
        }
    }

    /// Renders all parts; the faults of all of them are thrown together.
    func render(_ context: JSONObject) throws(ValidationFailure) -> RenderedMessage {
        var faults = ValidationFailure([:], details: [:])
        let subject = part(subject, "subject", context, .none, &faults)
        let html = html.map { part($0, "html_body", context, .html, &faults) }
        let text = text.map { part($0, "text_body", context, .none, &faults) }
        let line = Self.line(subject)
        if line.utf8.count > TemplateHandlers.maximumSubjectBytes { faults.fields["subject"] = "too_long" }
        guard faults.fields.isEmpty else { throw faults }
        return RenderedMessage(subject: line, htmlBody: Self.text(html), textBody: Self.text(text))
    }

    /// `context.<name>` for each required value that is absent or null.
    func missing(in context: JSONObject) -> [String] {
        requiredContext.map(\.name).filter { !Self.holds(context, $0) }.map { "context." + $0 }
    }

    private static func holds(_ context: JSONObject, _ name: String) -> Bool {
        if let value = context[name] { return value != .null }
        var value = JSONValue.object(context)
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard let next = value[String(part)] else { return false }
            value = next
        }
        return value != .null
    }

    private func part(
        _ template: Template,
        _ field: String,
        _ context: JSONObject,
        _ escape: EscapeMode,
        _ faults: inout ValidationFailure
    ) -> [UInt8] {
        do {
            return try template.render(context, escape: escape, undefined: undefined)
        } catch {
            Self.add(ContentFault(field: field, template: error, code: "render_failed"), to: &faults)
            return []
        }
    }

    private static func add(_ fault: ContentFault, to faults: inout ValidationFailure) {
        faults.fields[fault.field] = fault.code
        faults.details?[fault.field] = fault.reason
    }

    /// A subject is one line: what a value brings in of line breaks becomes a space, so that it cannot break the message.
    private static func line(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    /// Postgres holds no NUL, and no mail needs one.
    private static func text(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "" }
        return String(decoding: bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes, as: UTF8.self)
    }
}
