import Contracts
import JSONRPC
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    /// Columns of different lengths, which no sender of ours makes.
    struct UnequalColumns: Error {}

    /// Applied once by its key; the key and the numbers are one transaction.
    func recordEngagement(_ request: RecordEngagement, _ context: RPCContext) async throws -> Empty {
        let count = request.contactIDs.count
        let columns = [
            request.organizationIDs, request.audienceIDs, request.opens, request.humanOpens, request.clicks, request.humanClicks,
            request.lastOpenedAt, request.lastHumanOpenedAt, request.lastClickedAt, request.lastHumanClickedAt,
        ]
        guard columns.allSatisfy({ $0.count == count }) else { throw UnequalColumns() }
        guard count > 0 else { return Empty() }
        try await database.transaction { transaction in
            guard try await Inbox(schema: "audience").isFirst(context.metadata.idempotencyKey, in: transaction) else { return }
            try await transaction.execute(MergeEngagement(call: request))
        }
        return Empty()
    }

    func recountEngagement(_ request: RecountEngagement) async throws -> RecountPage {
        try await database.first(EngagementSums(span: request.span, after: request.after)) ?? RecountPage()
    }
}
