import Contracts
import JSONRPC
import Logging
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
        // What a repetition says has been heeded.
        if result.recorded > 0 {
            try await heed(RefusalStreak(outcomes), after: result.refusals, of: request.campaignID)
            if let fault = request.fault { try await heed(fault, of: request.campaignID) }
        }
        if result.isBatchDone { try await finishIfDone(request.campaignID) }
        return RecordedOutcomes(recorded: result.recorded)
    }

    private func heed(_ fault: CampaignFault, of id: CampaignID) async throws {
        switch fault.kind {
        case .content: try await CampaignRound(handlers: self).fail(id, reason: fault.reason)
        case .sender: try await pause(id, reason: fault.reason)
        }
    }

    /// Stops the campaign when refusals show that it is at fault and not its recipients.
    private func heed(_ streak: RefusalStreak, after earlier: Int64, of id: CampaignID) async throws {
        guard !streak.isSilent(after: earlier), let count = try await database.first(NoteRefusals(id: id, streak: streak)) else { return }
        if count > 0, streak.isContent, try await rendersForNobody(id, count) {
            return try await CampaignRound(handlers: self).fail(id, reason: "its content renders for nobody: \(streak.reason)")
        }
        guard count >= RefusalStreak.limit else { return }
        try await pause(id, reason: "\(count) messages in a row were refused: \(streak.reason)")
    }

    /// Nothing went out, and enough or all of it did not render.
    private func rendersForNobody(_ id: CampaignID, _ count: Int64) async throws -> Bool {
        let stored = try await campaign(id, in: database)
        let numbers = stored.campaign.statistics
        guard numbers.sentCount + numbers.unknownCount == 0 else { return false }
        return count >= RefusalStreak.limit || (stored.isSnapshotComplete && numbers.pendingCount + numbers.attemptingCount == 0)
    }

    /// The service's own pause; a campaign that does not send any more is left as it is.
    private func pause(_ id: CampaignID, reason: String) async throws {
        let now = now()
        let isPaused = try await database.transaction { transaction in
            guard try await transaction.first(LockCampaign(id: id)) != nil else { return false }
            let stored = try await campaign(id, in: transaction)
            guard stored.campaign.status.isClaimable, let status = stored.campaign.status.after(.pause) else { return false }
            try await transaction.execute(ChangeStatus(id: id, status: status, reason: ShortText.fit(reason), at: now))
            return true
        }
        guard isPaused else { return }
        logger.error(
            "a campaign was paused: the provider refuses it",
            metadata: ["campaign": "\(id)", "reason": "\(RefusalStreak.kind(of: reason))"]
        )
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
