import Contracts
import Model
import Postgres
import ServiceRuntime

/// The SQL of Tracking.
struct TrackingStore: Sendable {
    let database: PostgresPool

    static let statements: [any Statement.Type] =
        [
            RecordEventBatch.self, WithdrawHumanClicks.self, InsertRequestActivity.self, BlankRequests.self, RecountActivity.self,
            EventSums.self, EnsureMonth.self,
        ] + forwardingStatements + activityStatements + deliveryStatements + ErasureLock.statements

    /// Stores the new ones of these events and queues them for Campaign in one statement; returns how many were new.
    func record(_ events: [ClassifiedEvent]) async throws -> Int {
        guard !events.isEmpty else { return 0 }
        return try await database.first(RecordEventBatch(events)) ?? 0
    }

    func waitingBatches() async throws -> WaitingBatches.Output {
        try await database.first(WaitingBatches()) ?? WaitingBatches.Output(count: 0, oldestSeconds: 0)
    }

    /// The oldest micro-batches that wait, up to `limit` events or a little more.
    func forwardingPage(limit: Int) async throws -> [ForwardingPage.Batch] { try await database.run(ForwardingPage(limit: limit)) }

    /// Takes forwarded batches off the list and stores whom their events concern, with their deliveries, in one transaction.
    ///
    /// Requests of people who are erased by now lose in the log what says who it was.
    func finishForwarding(_ batchIDs: [Int64], _ entries: InsertRequestActivity, _ owned: BlankRequests) async throws -> StoredActivity {
        try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Share(schema: "tracking"))
            // Another process that forwarded the same batches waits here, and finds them gone.
            guard try await transaction.execute(DeleteForwarded(ids: batchIDs)) == batchIDs.count else { throw ForwardedElsewhere() }
            if !owned.isEmpty { try await transaction.execute(owned) }
            guard !entries.isEmpty else { return StoredActivity(events: 0, deliveries: 0) }
            return try await transaction.first(entries) ?? StoredActivity(events: 0, deliveries: 0)
        }
    }

    func recount() async throws -> RecountActivity.Counts {
        try await database.first(RecountActivity()) ?? RecountActivity.Counts(requests: 0, orphans: 0)
    }

    /// Makes the partitions of this month and the next two.
    func ensureMonths(_ now: Timestamp) async throws {
        for offset in 0...2 { try await database.execute(EnsureMonth(now: now, offset: offset)) }
    }
}

/// Another process forwarded these batches; nothing is left to do.
struct ForwardedElsewhere: Error {}
