import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

extension WebhookEndpoints {
    static func attempts(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/webhooks/{id}/attempts",
            id: "listWebhookAttempts",
            tag: .webhooks,
            access: .key(.webhooksRead),
            summary: "What was sent to a webhook and what it answered, newest first, for 30 days.",
            query: [
                Field("cursor", .integer(1...Int64.max), "The `next_cursor` of the page before."),
                Field("limit", .integer(1...100), "50 when absent."),
                Field("succeeded", .boolean, "Only attempts that succeeded, or only those that failed."),
            ],
            answers: [
                .ok(
                    .object(
                        ObjectShape(
                            "WebhookAttemptPage",
                            [
                                Field("attempts", .list(of: WebhookPayloads.attempt.shape), required: true),
                                Field("next_cursor", .nullable(.string), required: true),
                            ]
                        )
                    )
                ), .notFound,
            ]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            let succeeded = call.fields.bool("succeeded")
            try call.fields.check()
            let ask = ListWebhookAttempts(
                scope: try call.client.scope,
                id: id,
                before: call.fields.integer("cursor"),
                limit: Int(call.fields.integer("limit") ?? 50),
                succeeded: succeeded
            )
            let page = try await services.tracking.answer(ask)
            return .json([
                "attempts": .array(page.attempts.map(WebhookPayloads.attempt.value)),
                "next_cursor": page.next.map { .string(String($0)) } ?? .null,
            ])
        }
    }

    static func replay(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/webhooks/{id}/replay",
            id: "replayWebhook",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Deliver again: one attempt's event, or all events since a time.",
            details: "Repeated events carry the same `webhook-id`. At most 100,000 events at once, the oldest first.",
            body: .json(
                ObjectShape(
                    "WebhookReplay",
                    [
                        Field("attempt_id", .id, "Either this…"), Field("since", .timestamp, "…or this.", example: "2026-11-23T00:00:00Z"),
                        Field("failed_only", .boolean, "Since a time: without what was delivered."),
                    ]
                )
            ),
            answers: [
                .accepted(.object(ObjectShape("WebhookReplayed", [Field("deliveries", .integer, required: true)]))), .notFound, .conflict,
            ]
        ) { call in
            let id = try call.integerParameter("id", field: "webhook_id")
            let since = call.fields.timestamp("since")
            let attempt = call.fields.integer("attempt_id")
            let failedOnly = call.fields.bool("failed_only") ?? false
            if since == nil, attempt == nil, call.fields.faults.isEmpty { call.fields.fault("attempt_id", "required") }
            try call.fields.check()
            let replay = ReplayWebhook(scope: try call.client.scope, id: id, attemptID: attempt, since: since, failedOnly: failedOnly)
            let done = try await services.tracking.answer(replay)
            return .json(["deliveries": .integer(done.deliveries)], status: .accepted)
        }
    }
}
