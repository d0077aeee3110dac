import Contracts
import Cryptography
import Postgres

extension AudienceHandlers {
    func authenticateKey(_ request: AuthenticateKey) async throws -> AuthenticatedKey {
        let key = try await database.first(APIKeyByPublicID(publicID: request.publicID))
        // An unknown id costs the same comparison as a wrong secret.
        let stored = key?.secretHash ?? String(repeating: "0", count: 64)
        let isEqual = ConstantTime.areEqual(Array(stored.utf8), Array(request.secretHash.utf8))
        guard let key, isEqual else { throw AuthenticateKey.Failure.invalidKey }
        guard key.isActive else { throw AuthenticateKey.Failure.inactiveClient }
        if key.isTouchDue { try await database.execute(TouchAPIKey(keyID: key.keyID)) }
        return AuthenticatedKey(keyID: key.keyID, client: key.client, scopes: key.scopes, rateLimit: key.rateLimit)
    }
}
