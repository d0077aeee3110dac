import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    /// Two round trips to Postgres and one call to Audience between them; a third when rows are held, which may be by this very window.
    func claim(_ request: ClaimRecipients, _ context: RPCContext) async throws -> ClaimedRecipients {
        let asked = try await database.first(
            ClaimCandidates(campaignID: request.campaignID, batchID: request.batchID, recipientIDs: request.recipientIDs)
        )
        guard let asked else { return ClaimedRecipients(disposition: .ended, revisionID: RevisionID(0)) }
        guard asked.status.isClaimable else {
            return ClaimedRecipients(disposition: asked.status.disposition, revisionID: asked.revisionID)
        }
        let refusals = try await refusals(of: asked)
        let rows = try await database.run(
            ClaimRows(
                campaignID: request.campaignID,
                batchID: request.batchID,
                recipientIDs: request.recipientIDs,
                checkedIDs: asked.recipientIDs,
                refusals: asked.contactIDs.map { refusals[$0]?.rawValue ?? "" },
                askedAt: asked.askedAt,
                worker: request.worker
            )
        )
        if rows.contains(where: \.isBatchDone) { try await finishIfDone(request.campaignID) }
        var claimed = ClaimedRecipients(rows, revisionID: asked.revisionID)
        if !claimed.heldIDs.isEmpty, !request.worker.isEmpty { claimed.add(try await database.run(RowsOfWindow(request, claimed.heldIDs))) }
        return claimed
    }

    private func refusals(of asked: ClaimCandidates.Output) async throws -> [Int64: SkipReason] {
        guard !asked.contactIDs.isEmpty else { return [:] }
        let refused = try await ask(
            CheckEligibility(scope: asked.scope, categoryTag: asked.categoryTag, contactIDs: asked.contactIDs)
        )
        return Dictionary(zip(refused.contactIDs, refused.reasons)) { first, _ in first }
    }
}

extension ClaimedRecipients {
    init(_ rows: [ClaimRows.Output], revisionID: RevisionID) {
        self.init(disposition: .sending, revisionID: revisionID)
        for row in rows {
            switch row.fate {
            case .claimed: take(row)
            case .held: heldIDs.append(row.id)
            case .deferred:
                deferredSeconds = deferredIDs.isEmpty ? row.seconds : min(deferredSeconds, row.seconds)
                deferredIDs.append(row.id)
            case .settled: break
            }
        }
    }

    /// Rows that an earlier call of the same window took, whose answer was lost.
    mutating func add(_ rows: [ClaimRows.Output]) {
        let taken = Set(rows.map(\.id))
        heldIDs.removeAll { taken.contains($0) }
        for row in rows { take(row) }
    }

    private mutating func take(_ row: ClaimRows.Output) {
        recipientIDs.append(row.id)
        attempts.append(row.attempt)
        contactIDs.append(row.contactID)
        emails.append(row.email)
        mergeFields.append(row.mergeFields)
    }
}
