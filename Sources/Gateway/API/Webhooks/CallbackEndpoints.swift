import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/client/callback`: the callback that clients of the original product read.
enum CallbackEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [get(services), put(services)] }

    private static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/client/callback",
            id: "getCallback",
            tag: .webhooks,
            access: .key(.webhooksRead),
            summary: "The client's callback, without its token.",
            answers: [.ok(payload.shape)]
        ) { call in
            let client = try call.client
            let found = try await services.tracking.answer(GetCallback(scope: client.scope))
            return .json(payload.value(Source(callback: found, client: client.clientSlug)))
        }
    }

    private static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/client/callback",
            id: "putCallback",
            tag: .webhooks,
            access: .key(.webhooksWrite),
            summary: "Set the client's callback; what is absent stays, an empty `url` removes it.",
            details: """
                Each of these events is one POST with `Authorization: Bearer <token>`: `subscription.resubscribed`, \
                `subscription.unsubscribed`, `contact.hard_bounced`, `contact.complained`, `transactional.skipped`, `transactional.failed`. \
                The body has `event_id` (the same at each repetition), `event_type`, `email`, `occurred_at`, `contact_id`, `email_event_id`, \
                `audience`, `client`, `metadata`, and `preference_key` when the metadata names one. It is repeated as webhooks are. \
                It is not signed: new receivers should use `/api/webhooks`.
                """,
            body: .json(
                ObjectShape(
                    "CallbackPut",
                    [
                        Field("url", .string(maximum: 2_000), "https, port 443, a public address.", example: "https://example.org/cmp/events"),
                        Field("token", .string(maximum: 500), "Write-only.", example: "f3b1c9"), Field("enabled", .boolean),
                    ]
                )
            ),
            answers: [.ok(payload.shape)]
        ) { call in
            let url = call.fields.string("url")
            let token = call.fields.string("token")
            let enabled = call.fields.bool("enabled")
            try call.fields.check()
            let client = try call.client
            let change = PutCallback(scope: client.scope, clientSlug: client.clientSlug, url: url, token: token, isEnabled: enabled)
            return .json(payload.value(Source(callback: try await services.tracking.answer(change), client: client.clientSlug)))
        }
    }

    private struct Source: Sendable {
        var callback: ClientCallback
        var client: String
    }

    private static let payload = Payload<Source>(
        "Callback",
        [
            .member("client", .string) { .string($0.client) },
            .member("url", .string, "Empty when there is none.") { .string($0.callback.url) },
            .member("token_set", .boolean) { .bool($0.callback.isTokenSet) },
            .member("enabled", .boolean) { .bool($0.callback.isEnabled) },
            .member("disabled_reason", .string) { .string($0.callback.disabledReason) },
            .member("failing_since", .nullable(.timestamp)) { $0.callback.failingSince.map { .string($0.iso8601) } ?? .null },
        ]
    )
}
