import JSONRPC
import Model

/// The attempts to deliver to a webhook, newest first; kept for 30 days.
///
/// Idempotent. Failure: `webhook_id: not_found`.
package struct ListWebhookAttempts: RPCMethod, Codable {
    package static let name = "tracking.listWebhookAttempts"
    package static let isRead = true
    package typealias Result = WebhookAttemptPage
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var id: Int64
    /// Smaller attempt ids only; nil starts at the newest.
    package var before: Int64?
    /// From 1 to 100.
    package var limit: Int
    /// nil is both.
    package var succeeded: Bool?
    package init(scope: ClientScope, id: Int64, before: Int64?, limit: Int, succeeded: Bool? = nil) {
        self.scope = scope
        self.id = id
        self.before = before
        self.limit = limit
        self.succeeded = succeeded
    }
}

package struct WebhookAttemptPage: RPCPayload, Codable, Equatable {
    package var attempts: [WebhookAttempt]
    /// Pass as `before` for the next page; nil at the end.
    package var next: Int64?
    package init(attempts: [WebhookAttempt], next: Int64?) { self.attempts = attempts; self.next = next }
}

/// One request to a webhook and how it ended.
package struct WebhookAttempt: Codable, Equatable, Sendable {
    package enum DeliveryState: String, Codable, Sendable, CaseIterable { case pending, delivered, failed }

    package var id: Int64
    package var deliveryID: Int64
    package var eventID: Int64
    package var eventType: EventType
    /// Counts from 1 within the delivery.
    package var number: Int
    package var startedAt: Timestamp
    package var durationMilliseconds: Int
    package var succeeded: Bool
    /// nil when no answer came.
    package var status: Int?
    /// What went wrong, in words.
    package var error: String
    /// The beginning of the answer's body.
    package var response: String
    package var state: DeliveryState
    /// When the next attempt is due; nil for a delivery that has ended.
    package var nextAttemptAt: Timestamp?
    package init(
        id: Int64,
        deliveryID: Int64,
        eventID: Int64,
        eventType: EventType,
        number: Int,
        startedAt: Timestamp,
        durationMilliseconds: Int,
        succeeded: Bool,
        status: Int?,
        error: String,
        response: String,
        state: DeliveryState,
        nextAttemptAt: Timestamp?
    ) {
        self.id = id
        self.deliveryID = deliveryID
        self.eventID = eventID
        self.eventType = eventType
        self.number = number
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.succeeded = succeeded
        self.status = status
        self.error = error
        self.response = response
        self.state = state
        self.nextAttemptAt = nextAttemptAt
    }
}

/// Delivers again: the delivery of one attempt, or every event of the webhook's types since a time.
///
/// A repeated event carries the same `webhook-id`, by which its receiver knows it. Failures: `webhook_id: not_found`, `attempt_id: not_found`,
/// `attempt_id: required` when neither is given, `webhook_id: disabled`. At most 100,000 events at once, the oldest first. Not idempotent.
package struct ReplayWebhook: RPCMethod, Codable {
    package static let name = "tracking.replayWebhook"
    package typealias Result = ReplayedWebhook
    package typealias Failure = ValidationFailure
    package static let maximumEvents = 100_000
    package var scope: ClientScope
    package var id: Int64
    package var attemptID: Int64?
    package var since: Timestamp?
    /// Of a replay since a time: only events whose delivery did not succeed.
    package var failedOnly: Bool
    package init(scope: ClientScope, id: Int64, attemptID: Int64?, since: Timestamp?, failedOnly: Bool = false) {
        self.scope = scope
        self.id = id
        self.attemptID = attemptID
        self.since = since
        self.failedOnly = failedOnly
    }
}

package struct ReplayedWebhook: RPCPayload, Codable, Equatable {
    /// Deliveries that are due now because of the call.
    package var deliveries: Int
    package init(deliveries: Int) { self.deliveries = deliveries }
}
