import Contracts
import Postgres

/// A scope whose audience and client are inside its organization.
struct KnownScope: Sendable {
    var scope: AudienceScope
    var audienceSlug: String
    var clientSlug: String
    /// Hex; empty when nobody of this organization was ever erased.
    var tombstoneKey: String

    /// - Throws: `audience: not_found`, `client: not_found`: also for what belongs to another organization.
    static func find(_ scope: AudienceScope, _ executor: some PostgresExecutor) async throws -> KnownScope {
        let found = try await executor.first(ScopeByIDs(scope: scope))
        guard let found, let audienceSlug = found.audienceSlug, let clientSlug = found.clientSlug else {
            var fields: [String: String] = [:]
            if found?.audienceSlug == nil { fields["audience"] = "not_found" }
            if found?.clientSlug == nil { fields["client"] = "not_found" }
            throw ValidationFailure(fields)
        }
        return KnownScope(scope: scope, audienceSlug: audienceSlug, clientSlug: clientSlug, tombstoneKey: found.tombstoneKey)
    }
}
