import JSONRPC
import Model

/// An API key as its owner sees it; the secret is shown once, when it is made.
package struct APIKeyInfo: Codable, Equatable, Sendable {
    package var keyID: APIKeyID
    package var name: String
    /// The `[a-z0-9]{12}` of `dm_<public id>_<secret>`.
    package var publicID: String
    /// Empty: everything that the client may.
    package var scopes: [String]
    package var createdAt: Timestamp
    /// At most a minute old.
    package var lastUsedAt: Timestamp?
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    /// Requests a second; nil: what the gateway is configured for.
    package var rateLimit: Int?
    package init(
        keyID: APIKeyID,
        name: String,
        publicID: String,
        scopes: [String],
        createdAt: Timestamp,
        lastUsedAt: Timestamp?,
        expiresAt: Timestamp?,
        revokedAt: Timestamp?,
        rateLimit: Int?
    ) {
        self.keyID = keyID
        self.name = name
        self.publicID = publicID
        self.scopes = scopes
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.rateLimit = rateLimit
    }
}

/// Every key of a client, newest first, the revoked ones too.
///
/// At most 1,000. Idempotent.
package struct ListAPIKeys: RPCMethod, Codable {
    package static let name = "audience.listAPIKeys"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = APIKeyList
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package init(scope: ClientScope) { self.scope = scope }
}

package struct APIKeyList: RPCPayload, Codable, Equatable {
    package var keys: [APIKeyInfo]
    package init(keys: [APIKeyInfo]) { self.keys = keys }
}

/// Makes a key; its text is in the answer and nowhere else.
///
/// Not idempotent. Failures: `name: required | invalid | taken`, `scopes.N: invalid` (see ``APIScope``), `expires_at: in_the_past`,
/// `rate_limit: invalid` (1 to 1,000,000), `keys: too_many` (1,000 of them).
package struct CreateAPIKey: RPCMethod, Codable {
    package static let name = "audience.createAPIKey"
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CreatedAPIKey
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var keyName: String
    package var scopes: [String]
    package var expiresAt: Timestamp?
    package var rateLimit: Int?
    package init(scope: ClientScope, keyName: String, scopes: [String], expiresAt: Timestamp?, rateLimit: Int?) {
        self.scope = scope
        self.keyName = keyName
        self.scopes = scopes
        self.expiresAt = expiresAt
        self.rateLimit = rateLimit
    }
}

package struct CreatedAPIKey: RPCPayload, Codable, Equatable {
    package var info: APIKeyInfo
    /// `dm_<public id>_<secret>`.
    package var text: String
    package init(info: APIKeyInfo, text: String) { self.info = info; self.text = text }
}

/// Ends a key; gateways that remember it stop within 10 s.
///
/// Idempotent: the first time stays. Failure: `key_id: not_found`.
package struct RevokeAPIKey: RPCMethod, Codable {
    package static let name = "audience.revokeAPIKey"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = RevokedAPIKey
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var keyID: APIKeyID
    package init(scope: ClientScope, keyID: APIKeyID) { self.scope = scope; self.keyID = keyID }
}

package struct RevokedAPIKey: RPCPayload, Codable, Equatable {
    package var info: APIKeyInfo
    package init(info: APIKeyInfo) { self.info = info }
}
