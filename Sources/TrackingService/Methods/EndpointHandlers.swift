import Contracts
import JSONRPC
import Model
import Postgres

/// The key file that seals secrets is not there; the operator has to make it (`datamailer migrate`).
struct NoSealingKey: Error, CustomStringConvertible {
    var description: String { "DATAMAILER_TOKEN_KEYS_FILE cannot be read, so no secret can be stored" }
}

/// Webhooks, callbacks and Mailchimp audiences of clients.
struct EndpointHandlers: Sendable {
    let store: TrackingStore
    let dispatcher: DeliveryDispatcher
    let policy: DeliveryPolicy
    let secrets: EndpointSecrets?

    func register(in methods: inout RPCMethodTable) {
        methods.on(CreateWebhook.self) { call, _ in try await createWebhook(call) }
        methods.on(ListWebhooks.self) { call, _ in
            WebhookList(webhooks: try await store.endpoints(call.scope, .standard).map(\.webhook))
        }
        methods.on(GetWebhook.self) { call, _ in try await webhook(call.scope, call.id).webhook }
        methods.on(UpdateWebhook.self) { call, _ in try await updateWebhook(call) }
        methods.on(DeleteWebhook.self) { call, _ in try await deleteWebhook(call) }
        methods.on(RotateWebhookSecret.self) { call, _ in try await rotateSecret(call) }
        methods.on(ListWebhookAttempts.self) { call, _ in try await listAttempts(call) }
        methods.on(ReplayWebhook.self) { call, _ in try await replay(call) }
        methods.on(GetCallback.self) { call, _ in try await getCallback(call) }
        methods.on(PutCallback.self) { call, _ in try await putCallback(call) }
        methods.on(GetMailchimp.self) { call, _ in try await getMailchimp(call) }
        methods.on(PutMailchimp.self) { call, _ in try await putMailchimp(call) }
        methods.on(SyncTags.self) { call, context in try await syncTags(call, context) }
    }

    /// An endpoint of another client is not found (I7).
    func webhook(_ scope: ClientScope, _ id: Int64) async throws -> EndpointRow {
        guard let row = try await store.endpoints(scope, .standard, id: id).first else { throw ValidationFailure.field("webhook_id", "not_found") }
        return row
    }

    func seal(_ secret: some Collection<UInt8>, _ endpoint: Int64) throws -> [UInt8] {
        guard let secrets else { throw NoSealingKey() }
        return try secrets.seal(secret, endpoint: endpoint)
    }

    func check(_ url: String) throws {
        if let fault = DeliveryURL.fault(url, policy) { throw ValidationFailure.field("url", fault) }
    }
}

extension EndpointHandlers {
    private func createWebhook(_ call: CreateWebhook) async throws -> WebhookWithSecret {
        let url = call.change.url ?? ""
        try check(url)
        let id = try await store.nextEndpointID()
        let secret = WebhookSecret.make()
        var row = InsertEndpoint(
            id: id,
            scope: call.scope,
            clientSlug: call.clientSlug,
            format: .standard,
            url: url,
            secret: try seal(secret.bytes, id)
        )
        row.description = Self.description(call.change.description ?? "")
        row.eventTypes = (call.change.eventTypes ?? []).map(\.rawValue)
        row.isEnabled = call.change.isEnabled ?? true
        guard let stored = try await store.database.first(row) else { throw ValidationFailure.field("webhooks", "too_many") }
        return WebhookWithSecret(webhook: stored.webhook, secret: secret.text)
    }

    private func updateWebhook(_ call: UpdateWebhook) async throws -> Webhook {
        if let url = call.change.url { try check(url) }
        var change = UpdateEndpoint(scope: call.scope, format: .standard, id: call.id)
        change.url = call.change.url
        change.description = call.change.description.map(Self.description)
        change.eventTypes = call.change.eventTypes?.map(\.rawValue)
        change.isEnabled = call.change.isEnabled
        guard let row = try await store.database.first(change) else { throw ValidationFailure.field("webhook_id", "not_found") }
        dispatcher.wake()
        return row.webhook
    }

    private func deleteWebhook(_ call: DeleteWebhook) async throws -> Empty {
        guard try await store.database.execute(DeleteEndpoint(scope: call.scope, format: .standard, id: call.id)) == 1 else {
            throw ValidationFailure.field("webhook_id", "not_found")
        }
        return Empty()
    }

    private func rotateSecret(_ call: RotateWebhookSecret) async throws -> WebhookWithSecret {
        let overlap = Double(min(max(call.overlapSeconds, 0), 7 * 86_400))
        let secret = WebhookSecret.make()
        let sealed = try seal(secret.bytes, call.id)
        let change = ReplaceEndpointSecret(scope: call.scope, format: .standard, id: call.id, secret: sealed, overlap: overlap)
        guard let row = try await store.database.first(change) else { throw ValidationFailure.field("webhook_id", "not_found") }
        return WebhookWithSecret(webhook: row.webhook, secret: secret.text)
    }

    private func listAttempts(_ call: ListWebhookAttempts) async throws -> WebhookAttemptPage {
        _ = try await webhook(call.scope, call.id)
        let limit = min(max(call.limit, 1), 100)
        let page = AttemptPage(endpoint: call.id, before: call.before ?? .max, limit: limit + 1, succeeded: call.succeeded)
        let found = try await store.database.run(page)
        let attempts = Array(found.prefix(limit))
        return WebhookAttemptPage(attempts: attempts, next: found.count > limit ? attempts.last?.id : nil)
    }

    private func replay(_ call: ReplayWebhook) async throws -> ReplayedWebhook {
        guard try await webhook(call.scope, call.id).webhook.isEnabled else { throw ValidationFailure.field("webhook_id", "disabled") }
        let count: Int
        if let attempt = call.attemptID {
            count = try await store.database.execute(ReplayAttempt(endpoint: call.id, attempt: attempt))
            guard count > 0 else { throw ValidationFailure.field("attempt_id", "not_found") }
        } else if let since = call.since {
            let statement = ReplaySince(endpoint: call.id, since: since, failedOnly: call.failedOnly, limit: ReplayWebhook.maximumEvents)
            count = try await store.database.first(statement) ?? 0
        } else {
            throw ValidationFailure.field("attempt_id", "required")
        }
        dispatcher.wake()
        return ReplayedWebhook(deliveries: count)
    }

    private static func description(_ text: String) -> String { ActivityRow.bounded(text, 1_000) }
}
