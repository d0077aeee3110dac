import Contracts
import Cryptography
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/transactional/templates`.
enum TemplateEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [list(services), put(services), get(services), preview(services), versions(services)]
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/transactional/templates/{key}",
            id: "putTemplate",
            tag: .templates,
            access: .key(.templatesWrite),
            summary: "Create or replace a template; changed content is a new version.",
            details: "Liquid, also in the spellings of Django. A broken template is refused with line and reason.",
            body: .json(TemplateShapes.put),
            answers: [.ok(TemplatePayload.put.shape)]
        ) { call in
            let content = TemplateShapes.content(&call.fields)
            let client = try call.client
            try call.fields.check()
            let stored = try await services.delivery.answer(
                PutTemplate(scope: client.scope, key: call.parameters["key"] ?? "", content: content)
            )
            let view = TemplateView(record: stored.template, client: client.clientSlug)
            return .json(TemplatePayload.put.value((view: view, created: stored.created)))
        }
    }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/transactional/templates/{key}",
            id: "getTemplate",
            tag: .templates,
            access: .key(.templatesRead),
            summary: "A template as it is now.",
            answers: [.ok(TemplatePayload.template.shape), .notFound]
        ) { call in
            let client = try call.client
            let record = try await services.delivery.answer(GetTemplate(scope: client.scope, key: call.parameters["key"] ?? ""))
            return .json(TemplatePayload.template.value(TemplateView(record: record, client: client.clientSlug)))
        }
    }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/transactional/templates",
            id: "listTemplates",
            tag: .templates,
            access: .key(.templatesRead),
            summary: "The client's templates by key.",
            details: "A page of large templates has fewer than `limit`; `next_cursor` says whether more follow.",
            query: [
                Field("limit", .integer(1...100), "100 when absent.", example: 20), Field("cursor", .string, "From the answer before."),
            ],
            answers: [.ok(TemplatePayload.list.shape)]
        ) { call in
            let client = try call.client
            let limit = call.fields.integer("limit") ?? 100
            let after = cursor(&call.fields)
            try call.fields.check()
            let page = try await services.delivery.answer(ListTemplates(scope: client.scope, after: after, limit: Int(limit)))
            let views = page.templates.map { TemplateView(record: $0, client: client.clientSlug) }
            let next = page.next.map { Base64.url.encode(Array($0.utf8)) }
            return .json(TemplatePayload.list.value((views: views, next: next)))
        }
    }

    static func versions(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/transactional/templates/{key}/versions",
            id: "listTemplateVersions",
            tag: .templates,
            access: .key(.templatesRead),
            summary: "The versions of a template, newest first.",
            details: """
                `created_at` is when a version was made. A page of large versions has fewer than `limit`; `next_cursor` says whether more follow.
                """,
            query: [
                Field("limit", .integer(1...100), "100 when absent.", example: 20), Field("cursor", .string(maximum: 20), "From the answer before."),
            ],
            answers: [.ok(TemplatePayload.list.shape), .notFound]
        ) { call in
            let client = try call.client
            let limit = call.fields.integer("limit").map { Int($0) }
            let before = CursorField.read(&call.fields)
            try call.fields.check()
            let versions = ListTemplateVersions(
                scope: client.scope,
                key: call.parameters["key"] ?? "",
                before: before == 0 ? nil : Int(before),
                limit: limit
            )
            let page = try await services.delivery.answer(versions)
            let views = page.templates.map { TemplateView(record: $0, client: client.clientSlug) }
            return .json(TemplatePayload.list.value((views: views, next: page.next)))
        }
    }

    static func preview(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/transactional/templates/{key}/preview",
            id: "previewTemplate",
            tag: .templates,
            access: .key(.templatesRead),
            summary: "A template as a send would render it; nothing is sent.",
            body: .json(TemplateShapes.preview),
            answers: [.ok(TemplatePayload.preview.shape), .notFound]
        ) { call in
            let client = try call.client
            let context = call.fields.objectValue("context")
            let version = call.fields.integer("version").map { Int(clamping: $0) }
            try call.fields.check()
            let preview = PreviewTemplate(scope: client.scope, key: call.parameters["key"] ?? "", version: version, context: context)
            return .json(TemplatePayload.preview.value(try await services.delivery.answer(preview)))
        }
    }

    private static func cursor(_ fields: inout RequestFields) -> String {
        guard let text = fields.string("cursor"), !text.isEmpty else { return "" }
        guard let bytes = Base64.url.decode(text), !bytes.contains(0), let key = String(validating: bytes, as: UTF8.self) else {
            fields.fault("cursor", "invalid")
            return ""
        }
        return key
    }
}
