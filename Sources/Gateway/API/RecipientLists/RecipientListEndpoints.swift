import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/recipient-lists/{key}`.
enum RecipientListEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [put(services), get(services), delete(services)] + ListMemberEndpoints.all(services) + ListImportEndpoints.all(services)
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/recipient-lists/{key}",
            id: "putRecipientList",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Create a recipient list, or change what the body names.",
            details: "A key is a path whose parts are split by `:`; members of a list are members of every list above it and of `<all>`.",
            body: .json(RecipientListShapes.put),
            answers: [.ok(RecipientListPayload.put.shape)]
        ) { call in
            let change = RecipientListShapes.change(&call.fields)
            let scope = try await call.audienceScope()
            let request = PutRecipientList(scope: scope.ids, listKey: key(call), change: change)
            return .json(RecipientListPayload.put.value(try await services.audience.answer(request)))
        }
    }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/recipient-lists/{key}",
            id: "getRecipientList",
            tag: .recipientLists,
            access: .key(.listsRead),
            summary: "A recipient list with its counts.",
            query: ObjectShape.scope,
            answers: [.ok(RecipientListPayload.one.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            let list = try await services.audience.answer(GetRecipientList(scope: scope.ids, listKey: key(call)))
            return .json(RecipientListPayload.one.value(list))
        }
    }

    static func delete(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            "/api/recipient-lists/{key}",
            id: "deleteRecipientList",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "End the memberships that a list itself names, and the list.",
            details: "While lists below it have members the list stays, with those, and `deleted` is false. Contacts stay.",
            query: RecipientListShapes.optionalScope,
            body: .json(RecipientListShapes.scope),
            answers: [.ok(RecipientListPayload.deleted.shape), .notFound]
        ) { call in
            RecipientListShapes.takeQuery(&call)
            let scope = try await call.audienceScope()
            let request = DeleteRecipientList(scope: scope.ids, listKey: key(call))
            return .json(RecipientListPayload.deleted.value(try await services.audience.answer(request, deadline: .seconds(300))))
        }
    }

    /// The list that the path names.
    static func key(_ call: EndpointCall) -> String { call.parameters["key"] ?? "" }
}

extension RPCCaller {
    /// A call that may take longer than others.
    func answer<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration
    ) async throws(APIError) -> Method.Result where Method.Failure == ValidationFailure {
        do {
            return try await call(method, deadline: deadline, idempotencyKey: nil)
        } catch {
            throw error.apiError
        }
    }
}
