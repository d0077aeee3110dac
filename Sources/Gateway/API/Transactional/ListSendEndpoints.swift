import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// One transactional message to each active member of a list.
enum ListSendEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [stored(services), transient(services)] }

    static func stored(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/recipient-lists/{key}/transactional-send",
            id: "sendToRecipientList",
            tag: .transactional,
            access: .key(.messagesSend),
            summary: "Send one message to each active member of a list.",
            details: """
                A repetition sends only to members that have no message of this `idempotency_key`. Everything is checked before the list is changed \
                and before the first message is stored; a member who cannot be mailed is counted and named in the answer, and the others get theirs.
                """,
            body: .json(ListSendShapes.stored),
            answers: [.accepted(ListSendPayload.storedShape), .notFound]
        ) { call in
            let change = RecipientListShapes.change(&call.fields, isNestedOnly: true)
            let (send, scope) = try await ListSend.begin(&call, services)
            let key = RecipientListEndpoints.key(call)
            let members = StoredListMembers(key: key, scope: scope.ids, services: services)
            let named = call.fields.object["members"]?.arrayValue?.isEmpty == false ? changes(call.fields) : nil
            let removesAbsent = call.fields.object["remove_absent"]?.boolValue ?? true
            try await ListSendPreview(send: send, list: members, named: named, removesAbsent: removesAbsent).check()
            let sync = named == nil ? nil : try await synchronize(call, change, scope.ids, services, removesAbsent: removesAbsent)
            let list = try await services.audience.answer(GetRecipientList(scope: scope.ids, listKey: key))
            var counts = ListSendCounts()
            try await members.forEachPage { page throws(APIError) in
                try await send.send(page, &counts)
                return true
            }
            let answer = ListSendPayload.Stored(
                list: list,
                templateKey: send.base.templateKey,
                idempotencyKey: send.baseKey,
                counts: counts,
                sync: sync
            )
            let value = sync == nil ? ListSendPayload.stored.value(answer) : ListSendPayload.synced.value(answer)
            return .json(value, status: .accepted)
        }
    }

    static func transient(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/transient-recipient-lists/transactional-send",
            id: "sendToTransientRecipientList",
            tag: .transactional,
            access: .key(.messagesSend),
            summary: "Send one message to each of the members that the request names; no list is stored.",
            body: .json(ListSendShapes.transient),
            answers: [.accepted(ListSendPayload.transient.shape), .notFound]
        ) { call in
            if call.fields.object["members"]?.arrayValue?.isEmpty == true { call.fields.fault("members", "required") }
            let (send, _) = try await ListSend.begin(&call, services)
            let all = changes(call.fields)
            let active = all.filter(\.isActive)
            let members = active.map { $0.sendMember() }
            if !send.isContextComplete { for member in members { try send.check(member) } }
            try await send.checkMessage(of: members.first)
            var counts = ListSendCounts()
            try await send.send(members, &counts)
            let named = call.fields.object["list"]
            let answer = ListSendPayload.Transient(
                key: named?["key"]?.stringValue ?? "",
                name: named?["name"]?.stringValue ?? "",
                memberCount: all.count,
                activeMemberCount: active.count,
                templateKey: send.base.templateKey,
                idempotencyKey: send.baseKey,
                counts: counts
            )
            return .json(ListSendPayload.transient.value(answer), status: .accepted)
        }
    }

    /// Makes the list name the members of the request.
    private static func synchronize(
        _ call: EndpointCall,
        _ change: ListChange,
        _ scope: AudienceScope,
        _ services: APIServices,
        removesAbsent: Bool
    ) async throws -> ListMembersReconciled {
        let (members, staged) = try await ListMemberPages.stage(call.fields, scope, services)
        let reconcile = ReconcileListMembers(
            scope: scope,
            listKey: RecipientListEndpoints.key(call),
            list: change,
            members: members,
            staged: staged,
            removesAbsent: removesAbsent
        )
        return try await services.audience.answer(reconcile, deadline: .seconds(120))
    }

    /// The members of the request; of those with the same key the last one counts.
    private static func changes(_ fields: RequestFields) -> [ListMemberChange] {
        var positions: [String: Int] = [:]
        var changes: [ListMemberChange] = []
        for item in fields.object["members"]?.arrayValue ?? [] {
            let object = item.objectValue ?? JSONObject()
            let change = RecipientListShapes.member(object, key: object["source_object_key"]?.stringValue ?? "")
            if let position = positions[change.sourceObjectKey] {
                changes[position] = change
            } else {
                positions[change.sourceObjectKey] = changes.count
                changes.append(change)
            }
        }
        return changes
    }
}
