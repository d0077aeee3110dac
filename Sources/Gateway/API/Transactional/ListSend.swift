import Contracts
import Cryptography
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
    var required: [RequiredContext] = []

    /// Reads the common part of a body and its template; the faults of the body, those that only Delivery sees too, are thrown together.
    static func begin(_ call: inout EndpointCall, _ services: APIServices) async throws(APIError) -> (ListSend, ScopeResolution.Scope) {
        var base = TransactionalSend(&call.fields)
        let key = call.fields.string("idempotency_key") ?? ""
        let client = try call.client
        let resolved = try await services.scopes.resolve(&call.fields, client)
        base.audienceID = resolved?.audience.audienceID
        base.audienceSlug = resolved?.audience.slug ?? ""
        base.comparesBody = false
        var send = ListSend(services: services, scope: client.scope, base: base, baseKey: key)
        if !call.fields.faults.isEmpty { call.fields.addUnlessKnown(try await send.faults(of: nil).fields) }
        try call.fields.check()
        guard let resolved else { throw .field("audience", "required") }
        send.required = try await services.delivery.answer(GetTemplate(scope: send.scope, key: base.templateKey)).content.requiredContext
        return (send, resolved)
    }

    /// The request's context is enough for everybody.
    var isContextComplete: Bool { missing(base.context.objectValue ?? JSONObject()).isEmpty }

    /// Refuses a send to a member who lacks what the template requires.
    func check(_ member: Member) throws(APIError) {
        let names = missing(context(member))
        guard names.isEmpty else {
            throw .validation(ValidationFailure(Dictionary(names.map { ("context.\($0)", "required") }, uniquingKeysWith: { first, _ in first })))
        }
    }

    /// Refuses a send whose messages Delivery would not take; asked with the message of one member, or of nobody.
    ///
    /// Nothing is stored.
    func checkMessage(of member: Member?) async throws(APIError) {
        let failure = try await faults(of: member)
        if !failure.fields.isEmpty { throw .validation(failure) }
    }

    /// What Delivery says against the message of a member, but for what is wrong with the member's own address.
    private func faults(of member: Member?) async throws(APIError) -> ValidationFailure {
        let sample = Member(key: "sample", email: "sample@example.com", metadata: JSONObject())
        do {
            let check = SendTransactional(scope: scope, message: message(member ?? sample), dryRun: true)
            _ = try await services.delivery.call(check)
            return ValidationFailure([:])
        } catch {
            guard case .failed(var failure) = error else { throw error.transportError }
            failure.fields["email"] = nil
            // Nobody has no metadata, so that nothing follows from what is missing or does not render.
            if member == nil { failure.fields = failure.fields.filter { !$0.key.hasPrefix("context.") && $0.value != "render_failed" } }
            return failure
        }
    }

    func message(_ member: Member) -> TransactionalSend {
        var message = base
        message.email = member.email
        message.idempotencyKey = Self.key(baseKey, member.key)
        message.context = .object(context(member))
        return message
    }

    /// The base key and the member's; of one that would be too long together, the member's digest.
    static func key(_ base: String, _ member: String) -> String {
        let key = "\(base):\(member)"
        guard key.unicodeScalars.count > 255 else { return key }
        return "\(base):sha256-\(Hexadecimal.encode(SHA256.hash(Array(member.utf8))))"
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
