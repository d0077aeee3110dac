import Contracts
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import TestSupport
import Tokens

@testable import TrackingService

/// Tracking's webhooks over its database and a receiver in a process of its own.
struct DeliveryFixture: Sendable {
    let tracking: TrackingFixture
    let receiver: WebhookReceiver
    let caller: InProcessCaller
    let policy: DeliveryPolicy
    private let secrets: EndpointSecrets

    static let scope = TrackingFixture.scope

    static func run(timeout: Duration = .seconds(1), _ body: (DeliveryFixture) async throws -> Void) async throws {
        try await WebhookReceiver.run { (receiver: WebhookReceiver) async throws -> Void in
            try await TrackingFixture.run { (tracking: TrackingFixture) async throws -> Void in
                try await body(try DeliveryFixture(tracking, receiver, timeout))
            }
        }
    }

    private init(_ tracking: TrackingFixture, _ receiver: WebhookReceiver, _ timeout: Duration) throws {
        self.tracking = tracking
        self.receiver = receiver
        var policy = DeliveryPolicy()
        policy.allowsLoopback = true
        policy.mailchimpURL = receiver.url
        policy.timeout = timeout
        policy.lease = .seconds(30)
        self.policy = policy
        secrets = EndpointSecrets(keys: try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))]))
        var methods = RPCMethodTable()
        let dispatcher = Self.dispatcher(tracking.store, policy, secrets)
        EndpointHandlers(store: tracking.store, dispatcher: dispatcher, policy: policy, secrets: secrets).register(in: &methods)
        caller = InProcessCaller(methods)
    }

    private static func dispatcher(_ store: TrackingStore, _ policy: DeliveryPolicy, _ secrets: EndpointSecrets) -> DeliveryDispatcher {
        let sender = DeliverySender(transport: policy.transport, policy: policy, secrets: secrets)
        return DeliveryDispatcher(store: store, sender: sender, policy: policy, logger: .quiet)
    }

    /// A worker of its own, as another process would have one.
    func dispatcher() -> DeliveryDispatcher { Self.dispatcher(tracking.store, policy, secrets) }

    /// Runs a worker until the condition holds.
    func delivering(until condition: () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let dispatcher = dispatcher()
            group.addTask { try await dispatcher.run() }
            while try await !condition() { try await Task.sleep(for: .milliseconds(20)) }
            group.cancelAll()
        }
    }

    /// A webhook at the receiver, under a name that the receiver knows the secret of.
    func webhook(_ name: String, types: [EventType] = [], scope: ClientScope = scope) async throws -> WebhookWithSecret {
        let change = WebhookChange(url: "\(receiver.url)/hook/\(name)", eventTypes: types)
        let made = try await caller.call(CreateWebhook(scope: scope, clientSlug: "app", change: change))
        try await receiver.setSecrets(name, [made.secret])
        return made
    }

    func attempts(_ id: Int64) async throws -> [WebhookAttempt] {
        try await caller.call(ListWebhookAttempts(scope: Self.scope, id: id, before: nil, limit: 100)).attempts
    }

    func webhook(_ id: Int64) async throws -> Webhook { try await caller.call(GetWebhook(scope: Self.scope, id: id)) }

    /// Lets everything that waits be due now.
    func hurry() async throws { try await script("UPDATE tracking.deliveries SET due_at = now() WHERE state = 'pending'") }

    func script(_ sql: String) async throws { try await tracking.database.pool().withConnection { try await $0.script(sql) } }

    func pending() async throws -> Int { try await tracking.store.database.first(PendingDeliveries()) ?? -1 }
}

private struct PendingDeliveries: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT pg_catalog.count(*) AS count FROM tracking.deliveries WHERE state = 'pending'" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
