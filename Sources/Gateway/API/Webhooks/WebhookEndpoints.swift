import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/webhooks`: addresses that get a client's events, signed by Standard Webhooks.
enum WebhookEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [
            list(services), create(services), get(services), update(services), delete(services), rotate(services), attempts(services),
            replay(services),
        ] + CallbackEndpoints.all(services)
    }

    private static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/webhooks",
            id: "listWebhooks",
            tag: .webhooks,
            access: .key(.webhooksRead),
            summary: "The client's webhooks.",
            answers: [.ok(.object(ObjectShape("WebhookList", [Field("webhooks", .list(of: WebhookPayloads.webhook.shape), required: true)])))]
        ) { call in
            let found = try await services.tracking.answer(ListWebhooks(scope: try call.client.scope))
            return .json(["webhooks": .array(found.webhooks.map(WebhookPayloads.webhook.value))])
        }
    }

    private static func create(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/webhooks",
            id: "createWebhook",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Add a webhook; the answer shows its secret, once.",
            details: """
                Each event is one POST with `webhook-id` (the same at each repetition), `webhook-timestamp` and `webhook-signature`. Any 2xx \
                within 15 seconds is success. What fails is repeated after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours; 410 \
                switches the webhook off at once, failing for 5 days too. Order is not promised: `data.id` grows with the events.
                """,
            body: .json(WebhookPayloads.change("WebhookCreate", isURLRequired: true)),
            answers: [.created(WebhookPayloads.withSecret.shape)]
        ) { call in
            let change = WebhookPayloads.change(&call.fields)
            try call.fields.check()
            let client = try call.client
            let made = try await services.tracking.answer(CreateWebhook(scope: client.scope, clientSlug: client.clientSlug, change: change))
            return .json(WebhookPayloads.withSecret.value(made), status: .created)
        }
    }

    private static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/webhooks/{id}",
            id: "getWebhook",
            tag: .webhooks,
            access: .key(.webhooksRead),
            summary: "One webhook.",
            answers: [.ok(WebhookPayloads.webhook.shape), .notFound]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            return .json(WebhookPayloads.webhook.value(try await services.tracking.answer(GetWebhook(scope: try call.client.scope, id: id))))
        }
    }

    private static func update(_ services: APIServices) -> Endpoint {
        Endpoint(
            .patch,
            "/api/webhooks/{id}",
            id: "updateWebhook",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Change a webhook; what is absent stays.",
            details: "Enabling a webhook that was switched off delivers what still waits; a replay brings what was recorded meanwhile.",
            body: .json(WebhookPayloads.change("WebhookChange", isURLRequired: false)),
            answers: [.ok(WebhookPayloads.webhook.shape), .notFound]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            let change = WebhookPayloads.change(&call.fields)
            try call.fields.check()
            let scope = try call.client.scope
            return .json(WebhookPayloads.webhook.value(try await services.tracking.answer(UpdateWebhook(scope: scope, id: id, change: change))))
        }
    }

    private static func delete(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            "/api/webhooks/{id}",
            id: "deleteWebhook",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Remove a webhook with what waits for it.",
            answers: [.ok(.object(ObjectShape("WebhookDeleted", [Field("deleted", .boolean, required: true)]))), .notFound]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            _ = try await services.tracking.answer(DeleteWebhook(scope: try call.client.scope, id: id))
            return .json(["deleted": true])
        }
    }

    private static func rotate(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/webhooks/{id}/rotate-secret",
            id: "rotateWebhookSecret",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Give a webhook a new secret; the answer shows it, once.",
            details: "Until the overlap ends both secrets sign, so that a receiver can change over in its own time.",
            body: .json(
                ObjectShape(
                    "WebhookRotation",
                    [Field("overlap_seconds", .integer(0...604_800), "86400 (a day) when absent.", example: 86_400)]
                )
            ),
            answers: [.ok(WebhookPayloads.withSecret.shape), .notFound]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            let overlap = Int(call.fields.integer("overlap_seconds") ?? 86_400)
            try call.fields.check()
            let rotation = RotateWebhookSecret(scope: try call.client.scope, id: id, overlapSeconds: overlap)
            return .json(WebhookPayloads.withSecret.value(try await services.tracking.answer(rotation)))
        }
    }
}
