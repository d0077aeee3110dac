import Contracts
import Postgres

/// A scope whose audience and client are inside its organization.
struct KnownScope: Sendable {
    var scope: AudienceScope
    var audienceSlug: String
    var clientSlug: String
    /// Hex; empty when nobody of this organization was ever erased.
    var tombstoneKey: String

    init(scope: AudienceScope, audienceSlug: String, clientSlug: String, tombstoneKey: String) {
        self.scope = scope
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.tombstoneKey = tombstoneKey
    }

    /// - Throws: `audience: not_found`, `client: not_found`: also for what belongs to another organization.
    static func find(_ scope: AudienceScope, _ executor: some PostgresExecutor) async throws -> KnownScope {
        try KnownScope(scope, found: try await executor.first(ScopeByIDs(scope: scope)))
    }

    /// - Throws: as ``find(_:_:)``.
    init(_ scope: AudienceScope, found: ScopeByIDs.Output?) throws(ValidationFailure) {
        guard let found, let audienceSlug = found.audienceSlug, let clientSlug = found.clientSlug else {
            var fields: [String: String] = [:]
            if found?.audienceSlug == nil { fields["audience"] = "not_found" }
            if found?.clientSlug == nil { fields["client"] = "not_found" }
            throw ValidationFailure(fields)
        }
        self.init(scope: scope, audienceSlug: audienceSlug, clientSlug: clientSlug, tombstoneKey: found.tombstoneKey)
    }
}
