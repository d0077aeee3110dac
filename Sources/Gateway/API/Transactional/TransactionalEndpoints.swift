import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/transactional/send` and the messages that it makes.
enum TransactionalEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [send(services), sendBatch(services), message(services), cancel(services)]
    }

    static func send(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/transactional/send",
            id: "sendTransactional",
            tag: .transactional,
            access: .key(.messagesSend),
            summary: "Send one message by a template.",
            details: """
                Answered with 202 when the message is durable and queued. A repetition with the same `idempotency_key` is answered with the \
                first message; with another body it is a 409, as is a recipient who may not be mailed.
                """,
            body: .json(TransactionalShapes.send),
            answers: [
                .accepted(TransactionalPayload.acceptedShape), .notFound,
                .json(.conflict, TransactionalPayload.conflictShape, "The recipient is suppressed, or the key belongs to another body."),
            ]
        ) { call in
            var message = TransactionalSend(&call.fields)
            let client = try call.client
            try await resolveScope(&call.fields, client, services, &message)
            let isDryRun = call.fields.bool("dry_run") ?? false
            if !call.fields.faults.isEmpty { try await addServiceFaults(&call.fields, message, client, services) }
            try call.fields.check()
            let receipt = try await services.delivery.answer(SendTransactional(scope: client.scope, message: message, dryRun: isDryRun))
            return isDryRun ? .json(TransactionalPayload.dryRun.value(receipt), status: .accepted) : response(receipt)
        }
    }

    static func sendBatch(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/transactional/send-batch",
            id: "sendTransactionalBatch",
            tag: .transactional,
            access: .key(.messagesSend),
            summary: "Send up to 500 messages with one request.",
            details: "Each message is accepted or refused for itself, as a request of its own would be; its `status` says how.",
            body: .json(TransactionalShapes.batchBody),
            answers: [.accepted(TransactionalPayload.batch.shape)]
        ) { call in
            try call.fields.check()
            let client = try call.client
            let items = call.fields.object["messages"]?.arrayValue ?? []
            return .json(TransactionalPayload.batch.value(try await sendAll(items, client, services)), status: .accepted)
        }
    }

    static func message(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/transactional/messages/{id}",
            id: "getTransactionalMessage",
            tag: .transactional,
            access: .key(.messagesRead),
            summary: "A message with its events, newest first.",
            answers: [.ok(MessagePayload.detail.shape), .notFound]
        ) { call in
            let client = try call.client
            let id = TransactionalMessageID(try call.integerParameter("id", field: "message_id"))
            let detail = try await services.delivery.answer(GetTransactionalMessage(scope: client.scope, messageID: id))
            return .json(MessagePayload.detail.value((detail: detail, client: client.clientSlug)))
        }
    }

    static func cancel(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/transactional/messages/{id}/cancel",
            id: "cancelTransactionalMessage",
            tag: .transactional,
            access: .key(.messagesSend),
            summary: "Take back a message that has not begun to be sent.",
            answers: [.ok(MessagePayload.detail.shape), .notFound, .conflict]
        ) { call in
            let client = try call.client
            let id = TransactionalMessageID(try call.integerParameter("id", field: "message_id"))
            let detail = try await services.delivery.answer(CancelTransactionalMessage(scope: client.scope, messageID: id))
            return .json(MessagePayload.detail.value((detail: detail, client: client.clientSlug)))
        }
    }

    private static func response(_ receipt: TransactionalReceipt) -> Response {
        receipt.refusal == nil
            ? .json(TransactionalPayload.sent.value(receipt), status: .accepted)
            : .json(TransactionalPayload.suppressed.value(receipt), status: .conflict)
    }
}
