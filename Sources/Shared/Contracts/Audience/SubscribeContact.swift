import JSON
import JSONRPC
import Model

/// Subscribes an address to a client, an audience or, after it had unsubscribed from everything, to mail at all.
///
/// Idempotent. The subscription is verified. Somebody who opted out stays so, and the answer shows it, unless `resubscribe` says otherwise
/// with its reason. A new address becomes a contact. Failures: `email: required|invalid|erased`, `tags…`, `resubscribe_reason: required`.
package struct SubscribeContact: RPCMethod, Codable {
    package static let name = "audience.subscribeContact"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    package var subscribeScope: UnsubscribeScope
    /// Names of tags to add.
    package var tags: [String]
    package var resubscribe: Bool
    package var reason: String
    package init(
        scope: AudienceScope,
        email: String,
        subscribeScope: UnsubscribeScope = .client,
        tags: [String],
        resubscribe: Bool,
        reason: String
    ) {
        self.scope = scope
        self.email = email
        self.subscribeScope = subscribeScope
        self.tags = tags
        self.resubscribe = resubscribe
        self.reason = reason
    }
}

/// Ends subscriptions of an address.
///
/// Idempotent: the first time and reason stay. An address that nobody has stored becomes a contact that opted out, so that a later import
/// does not mail it; an erased one is left alone. Failures: `email: required|invalid`, `reason: too_long|invalid`.
package struct UnsubscribeAddress: RPCMethod, Codable {
    package static let name = "audience.unsubscribeAddress"
    package static let isIdempotent = true
    package typealias Result = ContactStatus
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    package var unsubscribeScope: UnsubscribeScope
    package var reason: String
    package init(scope: AudienceScope, email: String, unsubscribeScope: UnsubscribeScope, reason: String) {
        self.scope = scope
        self.email = email
        self.unsubscribeScope = unsubscribeScope
        self.reason = reason
    }
}
