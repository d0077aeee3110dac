import JSONRPC
import Model

/// An address of a client that gets its events (Standard Webhooks 1.0).
package struct Webhook: RPCPayload, Codable, Equatable {
    package var id: Int64
    package var url: String
    package var description: String
    /// Empty is all.
    package var eventTypes: [EventType]
    package var isEnabled: Bool
    /// Why the service switched it off: `gone` (410) or `failing` (days of failure); empty otherwise.
    package var disabledReason: String
    /// Since when every attempt has failed.
    package var failingSince: Timestamp?
    /// Until when the secret before the last rotation signs too.
    package var previousSecretUntil: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package init(
        id: Int64,
        url: String,
        description: String,
        eventTypes: [EventType],
        isEnabled: Bool,
        disabledReason: String,
        failingSince: Timestamp?,
        previousSecretUntil: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.url = url
        self.description = description
        self.eventTypes = eventTypes
        self.isEnabled = isEnabled
        self.disabledReason = disabledReason
        self.failingSince = failingSince
        self.previousSecretUntil = previousSecretUntil
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A webhook with its secret: what creation and rotation show once.
package struct WebhookWithSecret: RPCPayload, Codable, Equatable {
    package var webhook: Webhook
    /// `whsec_` and base64 of 32 random bytes.
    package var secret: String
    package init(webhook: Webhook, secret: String) { self.webhook = webhook; self.secret = secret }
}

/// What is to change on a webhook; nil leaves it.
package struct WebhookChange: Codable, Equatable, Sendable {
    package var url: String?
    package var description: String?
    package var eventTypes: [EventType]?
    /// Enabling one that was switched off delivers what still waits.
    package var isEnabled: Bool?
    package init(url: String? = nil, description: String? = nil, eventTypes: [EventType]? = nil, isEnabled: Bool? = nil) {
        self.url = url
        self.description = description
        self.eventTypes = eventTypes
        self.isEnabled = isEnabled
    }
}

/// Adds a webhook.
///
/// Not idempotent. Failures: `url: required|invalid|must_be_https|port_not_allowed|not_public`, `webhooks: too_many` (50 a client).
package struct CreateWebhook: RPCMethod, Codable {
    package static let name = "tracking.createWebhook"
    package typealias Result = WebhookWithSecret
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var clientSlug: String
    package var change: WebhookChange
    package init(scope: ClientScope, clientSlug: String, change: WebhookChange) {
        self.scope = scope
        self.clientSlug = clientSlug
        self.change = change
    }
}

/// The client's webhooks, oldest first.
///
/// Idempotent.
package struct ListWebhooks: RPCMethod, Codable {
    package static let name = "tracking.listWebhooks"
    package static let isRead = true
    package typealias Result = WebhookList
    package var scope: ClientScope
    package init(scope: ClientScope) { self.scope = scope }
}

package struct WebhookList: RPCPayload, Codable, Equatable {
    package var webhooks: [Webhook]
    package init(webhooks: [Webhook]) { self.webhooks = webhooks }
}

/// One webhook of the client.
///
/// Idempotent. Failure: `webhook_id: not_found`.
package struct GetWebhook: RPCMethod, Codable {
    package static let name = "tracking.getWebhook"
    package static let isRead = true
    package typealias Result = Webhook
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var id: Int64
    package init(scope: ClientScope, id: Int64) { self.scope = scope; self.id = id }
}

/// Changes a webhook.
///
/// Idempotent. Failures: those of ``CreateWebhook`` and `webhook_id: not_found`.
package struct UpdateWebhook: RPCMethod, Codable {
    package static let name = "tracking.updateWebhook"
    package static let isIdempotent = true
    package typealias Result = Webhook
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var id: Int64
    package var change: WebhookChange
    package init(scope: ClientScope, id: Int64, change: WebhookChange) {
        self.scope = scope
        self.id = id
        self.change = change
    }
}

/// Removes a webhook with its deliveries and attempts.
///
/// Not idempotent: it fails with `webhook_id: not_found`, also when it was removed before.
package struct DeleteWebhook: RPCMethod, Codable {
    package static let name = "tracking.deleteWebhook"
    package typealias Result = Empty
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var id: Int64
    package init(scope: ClientScope, id: Int64) { self.scope = scope; self.id = id }
}

/// Gives a webhook a new secret; the one before goes on signing beside it for a time.
///
/// Of several rotations within that time only the last secret before the new one signs too. Not idempotent.
/// Failure: `webhook_id: not_found`.
package struct RotateWebhookSecret: RPCMethod, Codable {
    package static let name = "tracking.rotateWebhookSecret"
    package typealias Result = WebhookWithSecret
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var id: Int64
    /// From 0 to 7 days.
    package var overlapSeconds: Int
    package init(scope: ClientScope, id: Int64, overlapSeconds: Int) {
        self.scope = scope
        self.id = id
        self.overlapSeconds = overlapSeconds
    }
}
