import Contracts
import Postgres

extension AudienceHandlers {
    /// One statement.
    func checkEligibility(_ request: CheckEligibility) async throws -> EligibilityRefusals {
        guard !request.contactIDs.isEmpty else { return EligibilityRefusals(contactIDs: [], reasons: []) }
        let refused = try await database.run(
            RefusedContacts(scope: request.scope, categoryTag: request.categoryTag, contactIDs: request.contactIDs)
        )
        return EligibilityRefusals(
            contactIDs: refused.map(\.id),
            reasons: refused.map { SkipReason(rawValue: $0.reason) ?? .suppressed }
        )
    }
}
