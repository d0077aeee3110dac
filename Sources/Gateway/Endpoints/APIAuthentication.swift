import Contracts
import Cryptography
import HTTPTypes
import JSONRPC

/// Finds the client behind `Authorization: Bearer dm_<public id>_<secret>` (API.md section 1).
///
/// A key that is no key is refused without asking anybody; a good one is remembered for at most 10 s, so that revoking takes effect
/// within that time. The memory holds hashes only and is bounded. Keys that were not good before are looked up at a bounded rate for
/// each address, so that guessing costs the database little.
final class APIAuthentication: Sendable {
    private let audience: any RPCCaller
    private let limits: RequestRateLimits
    /// By public id and the secret's hash.
    private let known = ShortMemory<String, AuthenticatedKey>(.seconds(10))

    init(audience: any RPCCaller, limits: RequestRateLimits) {
        self.audience = audience
        self.limits = limits
    }

    func key(of request: GatewayRequest) async throws(APIError) -> AuthenticatedKey {
        guard let header = request.header(.authorization), !header.isEmpty else { throw .unauthorized("missing_authorization") }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .unauthorized("invalid_authorization") }
        guard let key = APIKey(parts[1]) else { throw .unauthorized("invalid_api_key") }
        let name = key.publicID + "." + key.secretHash
        if let key = known[name] { return key }
        // A key that was good a while ago is no guess.
        if !known.hasMet(name) { try limits.checkGuesses(of: request.client) }
        do {
            let found = try await audience.call(AuthenticateKey(publicID: key.publicID, secretHash: key.secretHash))
            known.remember(found, as: name)
            return found
        } catch {
            guard case .failed(let failure) = error else { throw error.transportError }
            known.forget(name)
            limits.takeGuess(of: request.client)
            switch failure {
            case .invalidKey: throw .unauthorized("invalid_api_key")
            case .inactiveClient: throw .unauthorized("inactive_client")
            }
        }
    }
}

/// The parts of an API key.
struct APIKey: Equatable {
    var publicID: String
    /// Hex SHA-256 of the secret: the secret is random, so no slow hash is needed.
    var secretHash: String

    /// Nil for what cannot be a key: `dm_`, 12 of `[a-z0-9]`, `_`, 43 of base64url.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 59, text.hasPrefix("dm_") else { return nil }
        let rest = text.dropFirst(3)
        let id = rest.prefix(12)
        let secret = rest.dropFirst(13)
        guard rest.dropFirst(12).first == "_", secret.utf8.count == 43,
            id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) }),
            secret.utf8.allSatisfy({
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 0x2D || $0 == 0x5F
            })
        else { return nil }
        publicID = String(id)
        secretHash = Hexadecimal.encode(SHA256.hash(Array(secret.utf8)))
    }
}
