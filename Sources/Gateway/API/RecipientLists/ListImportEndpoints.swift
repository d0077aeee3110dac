import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/recipient-lists/{key}/imports`.
enum ListImportEndpoints {
    static let path = "/api/recipient-lists/{key}/imports"

    static func all(_ services: APIServices) -> [Endpoint] { [add(services), list(services), get(services)] }

    static func add(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            path,
            id: "createRecipientListImport",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Import members from a file at a URL, in the background.",
            details: """
                The file has one JSON object a line: `source_object_key`, `email`, `status`, `metadata`. When a line is refused nothing is \
                applied, the job fails with `row_validation_failed`, and `failed_rows` has the first 500 refused lines.
                """,
            body: .json(RecipientListShapes.importJob),
            answers: [
                .accepted(ListImportPayload.added.shape), .ok(ListImportPayload.added.shape, "The job of an earlier request with the same key."),
            ]
        ) { call in
            let list = RecipientListShapes.change(&call.fields)
            let source = call.fields.string("source_url") ?? call.fields.string("url") ?? ""
            if source.isEmpty { call.fields.fault("source_url", "required") }
            let key = call.fields.string("idempotency_key")
            let removesAbsent = call.fields.bool("remove_absent") ?? false
            let scope = try await call.audienceScope()
            let added = try await services.audience.answer(
                AddListImport(
                    scope: scope.ids,
                    listKey: RecipientListEndpoints.key(call),
                    list: list,
                    sourceURL: source,
                    idempotencyKey: key,
                    removesAbsent: removesAbsent
                )
            )
            return .json(ListImportPayload.added.value(added), status: added.created ? .accepted : .ok)
        }
    }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            path,
            id: "listRecipientListImports",
            tag: .recipientLists,
            access: .key(.listsRead),
            summary: "Imports of a list, newest first.",
            query: ObjectShape.scope + [
                Field("limit", .integer(1...100), "Jobs of a page; 20 unless said otherwise.", example: 20),
                Field("cursor", .string(maximum: 64), "`next_cursor` of the page before."),
            ],
            answers: [.ok(ListImportPayload.page.shape)]
        ) { call in
            let before = ListMemberEndpoints.cursor(&call.fields)
            let limit = call.fields.integer("limit").map { Int(clamping: $0) } ?? 20
            let scope = try await call.audienceScope()
            let request = ListImports(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                before: before == 0 ? nil : before,
                limit: limit
            )
            return .json(ListImportPayload.page.value(try await services.audience.answer(request)))
        }
    }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            path + "/{id}",
            id: "getRecipientListImport",
            tag: .recipientLists,
            access: .key(.listsRead),
            summary: "How far an import is.",
            query: ObjectShape.scope,
            answers: [.ok(ListImportPayload.one.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            let id = try call.integerParameter("id", field: "import_job")
            let request = GetListImport(scope: scope.ids, listKey: RecipientListEndpoints.key(call), id: id)
            return .json(ListImportPayload.one.value(try await services.audience.answer(request)))
        }
    }
}
