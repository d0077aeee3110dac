import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime

/// What the runner does each time, piece by piece; every piece can be repeated and broken off anywhere.
struct CampaignRound: Sendable {
    var handlers: CampaignHandlers

    private var database: PostgresPool { handlers.database }

    /// Starts scheduled campaigns whose time has come.
    ///
    /// One that cannot be started has failed, with the reason; one that cannot be looked at now is tried again, and holds nobody up.
    func startDue() async throws -> Int {
        let due = try await database.run(DueCampaigns(now: handlers.now()))
        for id in due {
            do { try await start(id) } catch {
                if Task.isCancelled { throw error }
                handlers.logger.warning("a scheduled campaign waits", metadata: ["campaign": "\(id)", "error": "\(error)"])
            }
        }
        return due.count
    }

    private func start(_ id: CampaignID) async throws {
        let stored = try await handlers.campaign(id, in: database)
        let seen = stored.campaign.updatedAt
        let audience = try await handlers.startFacts(of: stored)
        do {
            try await database.transaction { transaction in
                guard try await transaction.first(LockCampaign(id: id)) != nil else { return }
                let stored = try await handlers.campaign(id, in: transaction)
                guard stored.campaign.status == .scheduled else { return }
                _ = try await handlers.start(stored, audience, in: transaction)
            }
        } catch let failure as ValidationFailure {
            let reasons = failure.fields.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
            // Who mended it meanwhile has taken it off the schedule, or given it another time.
            try await fail(id, reason: "it could not be started: \(reasons)") { stored in
                stored.campaign.status == .scheduled && stored.campaign.updatedAt == seen
            }
        }
    }

    /// The campaign cannot be carried out; rows that wait are skipped.
    ///
    /// One that has ended, or of which the condition no longer holds, is left alone with its rows.
    func fail(
        _ id: CampaignID,
        reason: String,
        where condition: @Sendable (StoredCampaign) -> Bool = { _ in true }
    ) async throws {
        let now = handlers.now()
        let hasFailed = try await database.transaction { transaction in
            guard try await transaction.first(LockCampaign(id: id)) != nil else { return false }
            let stored = try await handlers.campaign(id, in: transaction)
            guard condition(stored), let status = stored.campaign.status.after(.fail) else { return false }
            try await transaction.execute(ChangeStatus(id: id, status: status, reason: ShortText.fit(reason), at: now))
            return true
        }
        guard hasFailed else { return }
        _ = try await handlers.skipPending(of: id)
        try await handlers.finishIfDone(id)
    }

    /// Settles rows past their deadline, rows of ended campaigns that wait, and ends that were not written; marks batches that no message
    /// covers.
    ///
    /// Goes through batches; reads rows of batches in flight only.
    /// - Returns: how many pieces it found.
    func sweep() async throws -> Int {
        var found = 0
        for range in try await database.run(BatchesAttempting()) where (try await database.first(ExpireAttempts(range: range)) ?? 0) > 0 {
            found += 1
        }
        for id in try await database.run(EndedWithPending()) where try await handlers.skipPending(of: id) > 0 { found += 1 }
        found += try await database.execute(MarkStalled())
        for id in try await database.run(ActiveWithoutWork()) {
            try await handlers.finishIfDone(id)
            found += 1
        }
        return found
    }

    /// Puts messages for marked batches into the outbox, in the transaction that gives them their new generation.
    func enqueueMarked() async throws -> Int {
        var enqueued = 0
        while true {
            let count = try await enqueueSome()
            if count == 0 { break }
            enqueued += count
            handlers.outbox.wake()
        }
        return enqueued
    }

    private func enqueueSome() async throws -> Int {
        try await database.transaction { transaction in
            let batches = try await transaction.run(TakeMarkedBatches(limit: 20))
            var calls: [EnqueueCampaignBatch] = []
            for batch in batches {
                let ids = try await transaction.run(PendingInBatch(range: batch.range))
                guard !ids.isEmpty else { continue }
                calls.append(
                    EnqueueCampaignBatch(
                        campaignID: batch.range.campaignID,
                        batchID: batch.range.firstBatch,
                        generation: batch.generation,
                        recipientIDs: ids
                    )
                )
            }
            if !calls.isEmpty { try await transaction.execute(try AddOutboxCalls(calls)) }
            return batches.count
        }
    }
}
