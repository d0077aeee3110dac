import JSONRPC
import Model

/// A client's Mailchimp audience, without its key.
package struct ClientMailchimp: RPCPayload, Codable, Equatable {
    package var isEnabled: Bool
    package var listID: String
    /// The end of the key, for example `us21`; empty without one.
    package var datacenter: String
    package var isKeySet: Bool
    package init(isEnabled: Bool, listID: String, datacenter: String, isKeySet: Bool) {
        self.isEnabled = isEnabled
        self.listID = listID
        self.datacenter = datacenter
        self.isKeySet = isKeySet
    }

    /// Whether tags are brought there.
    package var isConfigured: Bool { isEnabled && !listID.isEmpty && isKeySet }
}

/// Sets the client's Mailchimp audience; nil leaves a field, an empty one clears it.
///
/// Idempotent. Failures: `api_key: missing_datacenter_suffix`, `list_id: invalid`.
package struct PutMailchimp: RPCMethod, Codable {
    package static let name = "tracking.putMailchimp"
    package static let isIdempotent = true
    package typealias Result = ClientMailchimp
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var clientSlug: String
    package var apiKey: String?
    package var listID: String?
    package var isEnabled: Bool?
    package init(scope: ClientScope, clientSlug: String, apiKey: String?, listID: String?, isEnabled: Bool?) {
        self.scope = scope
        self.clientSlug = clientSlug
        self.apiKey = apiKey
        self.listID = listID
        self.isEnabled = isEnabled
    }
}

/// The client's Mailchimp audience.
///
/// Idempotent.
package struct GetMailchimp: RPCMethod, Codable {
    package static let name = "tracking.getMailchimp"
    package static let isRead = true
    package typealias Result = ClientMailchimp
    package var scope: ClientScope
    package init(scope: ClientScope) { self.scope = scope }
}
