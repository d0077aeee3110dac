import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/recipient-lists/{key}/members`.
enum ListMemberEndpoints {
    static let path = "/api/recipient-lists/{key}/members"
    static let defaultPage = 1_000

    static func all(_ services: APIServices) -> [Endpoint] {
        [list(services), bulkUpsert(services), reconcile(services), put(services), remove(services)]
    }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            path,
            id: "listRecipientListMembers",
            tag: .recipientLists,
            access: .key(.listsRead),
            summary: "Members of a list, page by page.",
            query: ObjectShape.scope + [
                Field("limit", .integer(1...10_000), "Members of a page; \(defaultPage) unless said otherwise.", example: 100),
                Field("cursor", .string(maximum: 64), "`next_cursor` of the page before."),
                Field("include_removed", .boolean, "Whether removed members are shown too."),
            ],
            answers: [.ok(RecipientListPayload.page.shape), .notFound]
        ) { call in
            let after = cursor(&call.fields)
            let limit = call.fields.integer("limit").map { Int(clamping: $0) } ?? defaultPage
            let includesRemoved = call.fields.bool("include_removed") ?? false
            let scope = try await call.audienceScope()
            let page = GetListMembers(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                after: ContactID(after),
                limit: limit,
                includesRemoved: includesRemoved
            )
            return .json(RecipientListPayload.page.value(try await services.audience.answer(page)))
        }
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            path + "/{source_object_key}",
            id: "putRecipientListMember",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Create or change one member, its contact and its list.",
            details: "The member's fields may also stand in the body itself.",
            body: .json(RecipientListShapes.putMember),
            answers: [.ok(RecipientListPayload.memberPut.shape)]
        ) { call in
            let nested = call.fields.objectValue("member")?.objectValue
            let list = RecipientListShapes.change(&call.fields, isNestedOnly: nested == nil)
            let object = nested ?? call.fields.object
            call.fields.add(ObjectShape(RecipientListShapes.memberFields).faults(object, prefix: "member."))
            let scope = try await call.audienceScope()
            let request = PutListMember(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                list: list,
                member: RecipientListShapes.member(object, key: call.parameters["source_object_key"] ?? "")
            )
            return .json(RecipientListPayload.memberPut.value(try await services.audience.answer(request)))
        }
    }

    static func remove(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            path + "/{source_object_key}",
            id: "removeRecipientListMember",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Remove one member.",
            details: "A member that lists below name stays a member. One that is not there is an answer with `removed` false.",
            query: RecipientListShapes.optionalScope,
            body: .json(RecipientListShapes.scope),
            answers: [.ok(RecipientListPayload.memberRemoval.shape), .notFound]
        ) { call in
            RecipientListShapes.takeQuery(&call)
            let scope = try await call.audienceScope()
            let request = RemoveListMember(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                sourceObjectKey: call.parameters["source_object_key"] ?? ""
            )
            return .json(RecipientListPayload.memberRemoval.value(try await services.audience.answer(request)))
        }
    }

    static func bulkUpsert(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            path + "/bulk-upsert",
            id: "bulkUpsertRecipientListMembers",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Create or change many members, all or none.",
            body: .json(RecipientListShapes.bulk),
            answers: [.ok(RecipientListPayload.upserted.shape)]
        ) { call in
            let list = RecipientListShapes.change(&call.fields)
            let scope = try await call.audienceScope()
            let (members, staged) = try await ListMemberPages.stage(call.fields, scope.ids, services)
            let request = UpsertListMembers(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                list: list,
                members: members,
                staged: staged
            )
            return .json(RecipientListPayload.upserted.value(try await services.audience.answer(request, deadline: .seconds(120))))
        }
    }

    static func reconcile(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            path + "/reconcile",
            id: "reconcileRecipientListMembers",
            tag: .recipientLists,
            access: .key(.listsWrite),
            summary: "Make the list name exactly these members.",
            body: .json(RecipientListShapes.reconcile),
            answers: [.ok(RecipientListPayload.reconciled.shape)]
        ) { call in
            let list = RecipientListShapes.change(&call.fields)
            let dryRun = call.fields.bool("dry_run") ?? false
            let removesAbsent = call.fields.bool("remove_absent") ?? true
            let scope = try await call.audienceScope()
            let (members, staged) = try await ListMemberPages.stage(call.fields, scope.ids, services)
            let request = ReconcileListMembers(
                scope: scope.ids,
                listKey: RecipientListEndpoints.key(call),
                list: list,
                members: members,
                staged: staged,
                removesAbsent: removesAbsent,
                dryRun: dryRun
            )
            return .json(RecipientListPayload.reconciled.value(try await services.audience.answer(request, deadline: .seconds(120))))
        }
    }

    /// The contact or import after which the page begins.
    static func cursor(_ fields: inout RequestFields) -> Int64 {
        guard let text = fields.string("cursor") else { return 0 }
        guard let id = ListCursor.decode(text) else {
            fields.fault("cursor", "invalid")
            return 0
        }
        return id
    }
}
