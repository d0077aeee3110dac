import Contracts
import JSON
import JSONRPC
import Model
import Postgres

/// The methods around templates.
struct TemplateHandlers: Sendable {
    static let maximumSubjectBytes = 4_000
    static let maximumBodyBytes = 1 << 20
    static let maximumContextBytes = 64 << 10

    let database: PostgresPool
    let audience: any RPCCaller
    let cache: TemplateCache

    func register(in methods: inout RPCMethodTable) {
        methods.on(PutTemplate.self) { call, _ in try await put(call) }
        methods.on(GetTemplate.self) { call, _ in try await record(call.scope.clientID, call.key).record }
        methods.on(ListTemplates.self) { call, _ in try await list(call) }
        methods.on(ListTemplateVersions.self) { call, _ in try await versions(call) }
        methods.on(PreviewTemplate.self) { call, _ in try await preview(call) }
    }

    func put(_ call: PutTemplate) async throws -> StoredTemplate {
        var faults = Self.faults(call.key, call.content)
        do {
            _ = try CompiledTemplate(call.content)
        } catch {
            faults.fields.merge(error.fields) { first, _ in first }
            faults.details = error.details
        }
        if !call.content.defaultSenderID.isEmpty, try await !isSender(call.content.defaultSenderID, call.scope) {
            faults.fields["default_sender_id"] = "not_configured"
        }
        guard faults.fields.isEmpty else { throw faults }
        let isNew = try await database.transaction { transaction in
            // Holds the row, so that two writers number their versions one after the other.
            let stored = try await transaction.first(StoreTemplate(scope: call.scope, key: call.key, content: call.content))
            guard let stored else { throw PostgresError(sqlState: "P0002", message: "the template was not stored") }
            try await transaction.execute(AddTemplateVersion(templateID: stored.id, content: call.content))
            return stored.currentVersion == 0
        }
        return StoredTemplate(template: try await record(call.scope.clientID, call.key).record, created: isNew)
    }

    func list(_ call: ListTemplates) async throws -> TemplatePage {
        let limit = min(max(call.limit, 1), 100)
        let rows = try await database.run(TemplatePageRows(clientID: call.scope.clientID, after: call.after, limit: limit + 1))
        return Self.page(rows, limit, next: \.key)
    }

    func versions(_ call: ListTemplateVersions) async throws -> TemplatePage {
        let limit = min(max(call.limit ?? 100, 1), 100)
        let before = Int32(clamping: call.before ?? Int(Int32.max))
        let rows = try await database.run(TemplateVersionRows(clientID: call.scope.clientID, key: call.key, before: before, limit: limit + 1))
        if rows.isEmpty { _ = try await record(call.scope.clientID, call.key) }
        return Self.page(rows, limit) { String($0.version) }
    }

    /// One row more than the limit was asked for, which tells whether more follow; rows may be missing because they are large.
    private static func page(_ rows: [PagedTemplate], _ limit: Int, next: (TemplateRecord) -> String) -> TemplatePage {
        let page = rows.prefix(limit).map(\.record)
        let isLast = (rows.first?.pageCount ?? 0) == Int64(page.count)
        return TemplatePage(templates: page, next: isLast ? nil : page.last.map(next))
    }

    func preview(_ call: PreviewTemplate) async throws -> RenderedMessage {
        let found = try await record(call.scope.clientID, call.key, version: call.version)
        let compiled = try CompiledTemplate(found.record.content)
        guard let context = (call.context ?? found.record.content.exampleContext).objectValue else {
            throw ValidationFailure.field("context", "must_be_object")
        }
        let missing = compiled.missing(in: context)
        guard missing.isEmpty else {
            throw ValidationFailure(Dictionary(missing.map { ($0, "required") }, uniquingKeysWith: { first, _ in first }))
        }
        return try compiled.render(context)
    }

    private func record(_ clientID: ClientID, _ key: String, version: Int? = nil) async throws -> TemplateByKey.Output {
        let found = try await database.first(TemplateByKey(clientID: clientID, key: key, version: version.map { Int64($0) }))
        if let found { return found }
        guard version != nil, try await database.first(TemplateByKey(clientID: clientID, key: key, version: nil)) != nil else {
            throw ValidationFailure.field("template_key", "not_found")
        }
        throw ValidationFailure.field("version", "not_found")
    }

    private func isSender(_ id: String, _ scope: ClientScope) async throws -> Bool {
        try await audience.call(GetSenders(scope: scope)).senders.contains { $0.id == id }
    }

    /// What is wrong without looking into the templates' language.
    static func faults(_ key: String, _ content: TemplateContent) -> ValidationFailure {
        var faults = ValidationFailure([:])
        let isBlank: (String) -> Bool = { $0.allSatisfy(\.isWhitespace) }
        if isBlank(key) || key.utf8.count > 800 || key.unicodeScalars.count > 200 { faults.fields["template_key"] = "invalid" }
        if isBlank(content.name) { faults.fields["name"] = "required" }
        if content.name.unicodeScalars.count > 200 { faults.fields["name"] = "too_long" }
        if isBlank(content.subject) { faults.fields["subject"] = "required" }
        if content.subject.utf8.count > maximumSubjectBytes { faults.fields["subject"] = "too_long" }
        if content.description.utf8.count > 10_000 { faults.fields["description"] = "too_long" }
        if content.htmlBody.utf8.count > maximumBodyBytes { faults.fields["html_body"] = "too_long" }
        if content.textBody.utf8.count > maximumBodyBytes { faults.fields["text_body"] = "too_long" }
        if content.exampleContext.objectValue == nil { faults.fields["example_context"] = "must_be_object" }
        if content.exampleContext.text.utf8.count > maximumContextBytes { faults.fields["example_context"] = "too_long" }
        let maximum = TemplateContent.maximumRequired
        if content.requiredContext.count > maximum { faults.fields["required_context"] = "too_many" }
        var names: Set<String> = []
        for (index, required) in content.requiredContext.prefix(maximum).enumerated() {
            if required.description.utf8.count > 1_000 { faults.fields["required_context.\(index).description"] = "too_long" }
            let field = "required_context.\(index).name"
            if isBlank(required.name) {
                faults.fields[field] = "required"
            } else if required.name.utf8.count > 200 {
                faults.fields[field] = "invalid"
            } else if !names.insert(required.name).inserted {
                faults.fields[field] = "duplicate"
            }
        }
        return faults
    }
}
