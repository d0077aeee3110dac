import Contracts
import HTTPTypes
import JSON
import JSONRPC
import Model

extension TransactionalEndpoints {
    /// The slugs that a send may name; `client` is the key's own.
    static func resolveScope(
        _ fields: inout RequestFields,
        _ client: ClientIdentity,
        _ services: APIServices,
        _ message: inout TransactionalSend
    ) async throws(APIError) {
        if let slug = fields.string("client"), slug != client.clientSlug { fields.fault("client", "forbidden") }
        guard let slug = fields.string("audience"), !slug.isEmpty else { return }
        do {
            let audience = try await services.audience.call(ResolveAudience(organizationID: client.organizationID, slug: slug))
            message.audienceID = audience.audienceID
            message.audienceSlug = audience.slug
        } catch {
            guard case .failed(let failure) = error else { throw error.transportError }
            for (field, reason) in failure.fields { fields.fault(field, reason) }
        }
    }

    /// What only Delivery knows (template, context, sender, headers) is told together with the faults of the body's shape.
    static func addServiceFaults(
        _ fields: inout RequestFields,
        _ message: TransactionalSend,
        _ client: ClientIdentity,
        _ services: APIServices
    ) async throws(APIError) {
        do {
            _ = try await services.delivery.call(SendTransactional(scope: client.scope, message: message, dryRun: true))
        } catch {
            guard case .failed(let failure) = error else { throw error.transportError }
            fields.addUnlessKnown(failure.fields)
        }
    }

    /// Sends what is well-formed with one call; the answers are in the order of the request.
    static func sendAll(_ items: [JSONValue], _ client: ClientIdentity, _ services: APIServices) async throws -> [TransactionalBatchItem] {
        var answers = items.indices.map { TransactionalBatchItem(index: $0, receipt: nil, status: 400, error: nil) }
        var messages: [TransactionalSend] = []
        var indexes: [Int] = []
        for (index, item) in items.enumerated() {
            do {
                messages.append(try await read(item, client, services))
                indexes.append(index)
            } catch let error as APIError where error.status != .serviceUnavailable {
                answers[index].status = error.status.code
                answers[index].error = error.error
            }
        }
        guard !messages.isEmpty else { return answers }
        let results = try await services.delivery.answer(SendTransactionalBatch(scope: client.scope, messages: messages)).results
        for (index, result) in zip(indexes, results) {
            if let receipt = result.receipt {
                answers[index].receipt = receipt
                answers[index].status = receipt.refusal == nil ? 202 : 409
                if receipt.refusal != nil { answers[index].error = TransactionalPayload.suppressed.object(receipt)["error"] }
            } else {
                let error = APIError.validation(result.failure ?? ValidationFailure([:]))
                answers[index].status = error.status.code
                answers[index].error = error.error
            }
        }
        return answers
    }

    private static func read(_ item: JSONValue, _ client: ClientIdentity, _ services: APIServices) async throws -> TransactionalSend {
        guard let object = item.objectValue else { throw APIError.field("message", "must_be_object") }
        var fields = RequestFields(object)
        fields.add(TransactionalShapes.one.faults(object))
        var message = TransactionalSend(&fields)
        try await resolveScope(&fields, client, services, &message)
        if !fields.faults.isEmpty { try await addServiceFaults(&fields, message, client, services) }
        try fields.check()
        return message
    }
}
