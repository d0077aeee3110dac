import Contracts
import JSON
import JSONRPC
import Model

/// One message for each of many members, made of one request.
struct ListSend: Sendable {
    /// A recipient by the client's own key.
    struct Member: Sendable {
        var key: String
        var email: String
        var metadata: JSONObject
    }

    let services: APIServices
    let scope: ClientScope
    /// Everything that the messages have in common.
    let base: TransactionalSend
    /// Before the `:` of each message's key.
    let baseKey: String
    let required: [RequiredContext]

    /// Reads the common part of a body and its template; the faults of the body are thrown together.
    static func begin(_ call: inout EndpointCall, _ services: APIServices) async throws(APIError) -> (ListSend, ScopeResolution.Scope) {
        var base = TransactionalSend(&call.fields)
        let key = call.fields.string("idempotency_key") ?? ""
        let resolved = try await call.audienceScope()
        base.audienceID = resolved.audience.audienceID
        base.audienceSlug = resolved.audience.slug
        base.comparesBody = false
        let scope = resolved.client.scope
        let template = try await services.delivery.answer(GetTemplate(scope: scope, key: base.templateKey))
        guard template.content.isActive else { throw .field("template_key", "inactive") }
        let send = ListSend(services: services, scope: scope, base: base, baseKey: key, required: template.content.requiredContext)
        return (send, resolved)
    }

    /// The request's context is enough for everybody.
    var isContextComplete: Bool { missing(base.context.objectValue ?? JSONObject()).isEmpty }

    /// Refuses a send in which a member lacks what the template requires, before anything is stored.
    func check(_ members: [Member]) throws(APIError) {
        guard !isContextComplete else { return }
        for member in members {
            let names = missing(context(member))
            guard names.isEmpty else {
                throw .validation(ValidationFailure(Dictionary(names.map { ("context.\($0)", "required") }, uniquingKeysWith: { first, _ in first })))
            }
        }
    }

    /// Sends to these members, 500 a call; a fault that only sending shows is thrown.
    func send(_ members: [Member], _ counts: inout ListSendCounts) async throws(APIError) {
        for start in stride(from: 0, to: members.count, by: SendTransactionalBatch.maximumMessages) {
            let page = members[start..<min(start + SendTransactionalBatch.maximumMessages, members.count)]
            let messages = page.map(message)
            for result in try await services.delivery.answer(SendTransactionalBatch(scope: scope, messages: messages)).results {
                if let receipt = result.receipt {
                    counts.add(receipt)
                } else if let failure = result.failure, failure.fields == ["email": "erased"] {
                    counts.skipped += 1
                } else {
                    throw .validation(result.failure ?? ValidationFailure([:]))
                }
            }
        }
    }

    private func message(_ member: Member) -> TransactionalSend {
        var message = base
        message.email = member.email
        message.idempotencyKey = "\(baseKey):\(member.key)"
        message.context = .object(context(member))
        return message
    }

    /// The member's values go before the request's; all of them stand under `member` too.
    private func context(_ member: Member) -> JSONObject {
        var context = base.context.objectValue ?? JSONObject()
        for (name, value) in member.metadata.members { context[name] = value }
        context["member"] = .object(member.metadata)
        return context
    }

    private func missing(_ context: JSONObject) -> [String] {
        required.map(\.name).filter { name in
            if let value = context[name] { return value == .null }
            var value = JSONValue.object(context)
            for part in name.split(separator: ".", omittingEmptySubsequences: false) {
                guard let next = value[String(part)] else { return true }
                value = next
            }
            return value == .null
        }
    }
}
