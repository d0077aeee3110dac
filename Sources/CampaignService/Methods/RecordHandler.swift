import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    func record(_ request: RecordOutcomes, _ context: RPCContext) async throws -> RecordedOutcomes {
        guard !request.outcomes.isEmpty else { return RecordedOutcomes(recorded: 0) }
        let outcomes = request.outcomes.map { outcome in
            var outcome = outcome
            outcome.reason = ShortText.fit(outcome.reason)
            outcome.providerMessageID = ShortText.fit(outcome.providerMessageID)
            return outcome
        }
        let result = try await database.first(RecordRows(campaignID: request.campaignID, batchID: request.batchID, outcomes: outcomes))
        guard let result else { return RecordedOutcomes(recorded: 0) }
        if result.isBatchDone { try await finishIfDone(request.campaignID) }
        return RecordedOutcomes(recorded: result.recorded)
    }
}

/// Text of others that is kept in a row.
enum ShortText {
    /// At most 500 scalars, none of them zero, which Postgres cannot hold.
    static func fit(_ text: String) -> String {
        guard text.utf8.count > 500 || text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.lazy.filter { $0.value != 0 }.prefix(500)))
    }
}
