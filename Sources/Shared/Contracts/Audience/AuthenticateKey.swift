import JSONRPC
import Model

/// Finds the client behind an API key by public id and secret hash; compares in constant time.
///
/// Records the key's last use at most once a minute. Idempotent. The gateway caches a success for at most 10 s.
package struct AuthenticateKey: RPCMethod, Codable {
    package static let name = "audience.authenticateKey"
    package static let isIdempotent = true
    package typealias Result = AuthenticatedKey
    package enum Failure: String, RPCFailure, Codable, CaseIterable {
        case invalidKey, inactiveClient
        package var kind: String { rawValue }
    }
    /// `[a-z0-9]{12}`.
    package var publicID: String
    /// Lower-case hex SHA-256 of the 43-character secret.
    package var secretHash: String
    package init(publicID: String, secretHash: String) { self.publicID = publicID; self.secretHash = secretHash }
}

package struct AuthenticatedKey: RPCPayload, Codable, Equatable {
    package var keyID: APIKeyID
    package var client: ClientIdentity
    /// What the key may do, such as `contacts:read`; empty: everything that its client may.
    package var scopes: [String]
    /// Requests a second; nil: what the gateway is configured for.
    package var rateLimit: Int?
    package init(keyID: APIKeyID, client: ClientIdentity, scopes: [String] = [], rateLimit: Int? = nil) {
        self.keyID = keyID
        self.client = client
        self.scopes = scopes
        self.rateLimit = rateLimit
    }
}

/// Resolves slugs for the operator's command, where no API key names the client.
///
/// Idempotent. Failures: `organization|client: not_found | ambiguous`; the details of the latter name organizations that have one.
package struct ResolveClient: RPCMethod, Codable {
    package static let name = "audience.resolveClient"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .operator]
    package typealias Result = AuthenticatedClient
    package typealias Failure = ValidationFailure
    package var organization: String?
    package var client: String
    package init(organization: String?, client: String) { self.organization = organization; self.client = client }
}

package struct AuthenticatedClient: RPCPayload, Codable, Equatable {
    package var client: ClientIdentity
    package init(client: ClientIdentity) { self.client = client }
}

/// Resolves an audience slug inside an organization.
///
/// Idempotent. Failure: `audience: not_found`.
package struct ResolveAudience: RPCMethod, Codable {
    package static let name = "audience.resolveAudience"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .operator]
    package typealias Result = ResolvedAudience
    package typealias Failure = ValidationFailure
    package var organizationID: OrganizationID
    package var slug: String
    package init(organizationID: OrganizationID, slug: String) { self.organizationID = organizationID; self.slug = slug }
}

package struct ResolvedAudience: RPCPayload, Codable, Equatable {
    package var audienceID: AudienceID
    package var slug: String
    package var name: String
    package init(audienceID: AudienceID, slug: String, name: String) { self.audienceID = audienceID; self.slug = slug; self.name = name }
}
