import Contracts
import Model
import Postgres
import ServiceRuntime

extension TrackingStore {
    static let activityStatements: [any Statement.Type] = [
        InsertActivity.self, FeedPage.self, ContactActivityPage.self, RememberErasure.self, EraseActivity.self,
    ]

    /// Stores the new ones of these events and queues their deliveries, in one transaction.
    func recordActivity(_ rows: [ActivityRow]) async throws -> StoredActivity {
        guard !rows.isEmpty else { return StoredActivity(events: 0, deliveries: 0) }
        return try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Share(schema: "tracking"))
            return try await transaction.first(InsertActivity(rows)) ?? StoredActivity(events: 0, deliveries: 0)
        }
    }

    /// Reads one more event than the page has, to know whether there are more.
    func feed(_ call: EventsAfter) async throws -> EventPage {
        let limit = min(max(call.limit, 1), 500)
        let statement = FeedPage(scope: call.scope, after: max(call.after, 0), limit: limit + 1, types: call.types.map(\.rawValue))
        return Self.page(try await database.run(statement), limit)
    }

    func contactEvents(_ call: ContactEvents) async throws -> EventPage {
        let limit = min(max(call.limit, 1), 500)
        let statement = ContactActivityPage(
            organizationID: call.organizationID,
            clientID: call.clientID,
            contactID: call.contactID,
            before: call.before ?? .max,
            limit: limit + 1
        )
        return Self.page(try await database.run(statement), limit)
    }

    private static func page(_ found: [StoredEvent], _ limit: Int) -> EventPage {
        let events = Array(found.prefix(limit))
        return EventPage(events: events, next: events.last?.id, hasMore: found.count > limit)
    }

    func erase(_ call: EraseContactEvents) async throws -> ErasedEvents {
        try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Take(schema: "tracking"))
            try await transaction.execute(RememberErasure(organizationID: call.organizationID, contactID: call.contactID))
            let counts = try await transaction.first(EraseActivity(organizationID: call.organizationID, contactID: call.contactID))
            return ErasedEvents(events: counts?.events ?? 0, callbacks: counts?.callbacks ?? 0)
        }
    }
}
