import JSONRPC
import Model

/// A client's callback: one address that gets JSON with a bearer token, in the form that clients of the original product read.
package struct ClientCallback: RPCPayload, Codable, Equatable {
    /// Empty when none is configured.
    package var url: String
    package var isTokenSet: Bool
    package var isEnabled: Bool
    package var disabledReason: String
    package var failingSince: Timestamp?
    package init(url: String, isTokenSet: Bool, isEnabled: Bool, disabledReason: String, failingSince: Timestamp?) {
        self.url = url
        self.isTokenSet = isTokenSet
        self.isEnabled = isEnabled
        self.disabledReason = disabledReason
        self.failingSince = failingSince
    }
}

/// The client's callback.
///
/// Idempotent.
package struct GetCallback: RPCMethod, Codable {
    package static let name = "tracking.getCallback"
    package static let isRead = true
    package typealias Result = ClientCallback
    package var scope: ClientScope
    package init(scope: ClientScope) { self.scope = scope }
}

/// Sets the client's callback; nil leaves a field, an empty `url` removes the callback.
///
/// Idempotent. Failures: those of a webhook's `url`; `token: required` when none is known, `token: invalid`.
package struct PutCallback: RPCMethod, Codable {
    package static let name = "tracking.putCallback"
    package static let isIdempotent = true
    package typealias Result = ClientCallback
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var clientSlug: String
    package var url: String?
    package var token: String?
    package var isEnabled: Bool?
    package init(scope: ClientScope, clientSlug: String, url: String?, token: String?, isEnabled: Bool?) {
        self.scope = scope
        self.clientSlug = clientSlug
        self.url = url
        self.token = token
        self.isEnabled = isEnabled
    }
}
