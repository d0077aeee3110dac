import Contracts
import Cryptography
import Model
import Postgres

extension AudienceHandlers {
    func listAPIKeys(_ request: ListAPIKeys) async throws -> APIKeyList {
        APIKeyList(keys: try await database.run(APIKeysOfClient(scope: request.scope)))
    }

    func createAPIKey(_ request: CreateAPIKey) async throws -> CreatedAPIKey {
        if request.keyName.allSatisfy(\.isWhitespace) { throw ValidationFailure.field("name", "required") }
        guard TextRules.isStorable(request.keyName), request.keyName.utf8.count <= 200 else {
            throw ValidationFailure.field("name", "invalid")
        }
        if let expiresAt = request.expiresAt, expiresAt <= .now() { throw ValidationFailure.field("expires_at", "in_the_past") }
        for (index, scope) in request.scopes.enumerated() where APIScope(rawValue: scope) == nil {
            throw ValidationFailure.field("scopes.\(index)", "invalid")
        }
        if let rate = request.rateLimit, !(1...1_000_000).contains(rate) { throw ValidationFailure.field("rate_limit", "invalid") }
        let existing = try await database.run(APIKeysOfClient(scope: request.scope))
        guard existing.count < 1_000 else { throw ValidationFailure.field("keys", "too_many") }
        let key = APIKey.make()
        let insert = InsertAPIKey(
            scope: request.scope,
            name: request.keyName,
            publicID: key.publicID,
            secretHash: Hexadecimal.encode(key.secretHash),
            scopes: request.scopes,
            expiresAt: request.expiresAt,
            rateLimit: request.rateLimit
        )
        guard let info = try await database.first(insert) else { throw ValidationFailure.field("name", "taken") }
        return CreatedAPIKey(info: info, text: key.text)
    }

    func revokeAPIKey(_ request: RevokeAPIKey) async throws -> RevokedAPIKey {
        guard let info = try await database.first(EndAPIKey(scope: request.scope, keyID: request.keyID)) else {
            throw ValidationFailure.field("key_id", "not_found")
        }
        return RevokedAPIKey(info: info)
    }
}
