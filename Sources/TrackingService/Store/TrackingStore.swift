import Contracts
import Model
import Postgres

/// The SQL of Tracking.
struct TrackingStore: Sendable {
    let database: PostgresPool

    static let statements: [any Statement.Type] = [
        RecordEventBatch.self, WithdrawHumanClicks.self, WaitingBatches.self, ForwardingPage.self, DeleteForwarded.self, InsertContactEvents.self,
        TimelinePageByContact.self,
        RecountTimeline.self, EnsureMonth.self,
    ]

    /// Stores the new ones of these events and queues them for Campaign in one statement; returns how many were new.
    func record(_ events: [ClassifiedEvent]) async throws -> Int {
        guard !events.isEmpty else { return 0 }
        return try await database.first(RecordEventBatch(events)) ?? 0
    }

    func waitingBatches() async throws -> Int { try await database.first(WaitingBatches()) ?? 0 }

    /// The oldest micro-batches that wait, up to `limit` events or a little more.
    func forwardingPage(limit: Int) async throws -> [ForwardingPage.Batch] { try await database.run(ForwardingPage(limit: limit)) }

    /// Takes forwarded batches off the list and writes the timelines, in one transaction.
    func finishForwarding(_ batchIDs: [Int64], _ entries: InsertContactEvents) async throws {
        try await database.transaction { transaction in
            if !entries.eventIDs.isEmpty { try await transaction.execute(entries) }
            try await transaction.execute(DeleteForwarded(ids: batchIDs))
        }
    }

    func timeline(_ organizationID: OrganizationID, _ contactID: ContactID, before: Int64?, limit: Int) async throws -> [TimelineEvent] {
        try await database.run(
            TimelinePageByContact(organizationID: organizationID, contactID: contactID, before: before ?? .max, limit: limit)
        )
    }

    func recount() async throws -> RecountTimeline.Counts {
        try await database.first(RecountTimeline()) ?? RecountTimeline.Counts(timeline: 0, orphans: 0, waiting: 0)
    }

    /// Makes the partitions of this month and the next two.
    func ensureMonths(_ now: Timestamp) async throws {
        for offset in 0...2 { try await database.execute(EnsureMonth(now: now, offset: offset)) }
    }
}
