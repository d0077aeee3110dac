import Contracts
import JSONRPC
import Model
import Postgres

extension CampaignHandlers {
    /// Two round trips to Postgres and one call to Audience between them.
    ///
    /// No retry here: what a lost answer took is left to its deadline.
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
        return ClaimedRecipients(rows, revisionID: asked.revisionID)
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
            case .claimed:
                recipientIDs.append(row.id)
                attempts.append(row.attempt)
                contactIDs.append(row.contactID)
                emails.append(row.email)
                mergeFields.append(row.mergeFields)
            case .held: heldIDs.append(row.id)
            case .deferred:
                deferredSeconds = deferredIDs.isEmpty ? row.seconds : min(deferredSeconds, row.seconds)
                deferredIDs.append(row.id)
            case .settled: break
            }
        }
    }
}
