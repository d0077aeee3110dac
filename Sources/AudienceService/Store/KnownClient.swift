import Contracts
import Cryptography
import Model
import Postgres

/// A client inside its organization, for what concerns the whole organization.
struct KnownClient: Sendable {
    var scope: ClientScope
    /// Hex; empty when nobody of this organization was ever erased.
    var tombstoneKey: String

    /// - Throws: `client: not_found`, also for one of another organization.
    static func find(_ scope: ClientScope, _ executor: some PostgresExecutor) async throws -> KnownClient {
        let noAudience = AudienceScope(organizationID: scope.organizationID, clientID: scope.clientID, audienceID: AudienceID(0))
        guard let found = try await executor.first(ScopeByIDs(scope: noAudience)), found.clientSlug != nil else {
            throw ValidationFailure.field("client", "not_found")
        }
        return KnownClient(scope: scope, tombstoneKey: found.tombstoneKey)
    }

    /// Whether an address belongs to a person who was erased.
    func isErased(_ email: String, _ executor: some PostgresExecutor) async throws -> Bool {
        guard let key = Hexadecimal.decode(tombstoneKey), !key.isEmpty else { return false }
        let hash = Hexadecimal.encode(HMACSHA256.Key(key).authenticationCode(for: Array(email.utf8)))
        return try await !executor.run(TombstonesByHash(organizationID: scope.organizationID, hashes: [hash])).isEmpty
    }
}
