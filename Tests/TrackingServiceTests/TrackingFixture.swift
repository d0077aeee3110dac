import Contracts
import JSON
import Model
import Schemas
import TestSupport

@testable import TrackingService

/// A migrated database of Tracking's own, and its store as the service's role.
struct TrackingFixture: Sendable {
    let store: TrackingStore
    let database: TestDatabase

    static func run(_ body: (TrackingFixture) async throws -> Void) async throws {
        let database = try await TestDatabase.create(
            migrations: [(schema: "tracking", role: "datamailer_tracking", migrations: Schemas.tracking)]
        )
        let store = TrackingStore(database: database.pool(asRole: "datamailer_tracking", maximumConnections: 16))
        try await store.ensureMonths(Timestamp(microseconds: 1_790_000_000_000_000))
        try await body(TrackingFixture(store: store, database: database))
        try await database.drop()
    }

    static let scope = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(2))

    @discardableResult
    func record(_ events: MessageEvent...) async throws -> StoredActivity {
        try await store.recordActivity(events.compactMap(ActivityRow.init))
    }

    func feed(_ scope: ClientScope = scope, after: Int64 = 0, limit: Int = 100, types: [EventType] = []) async throws -> EventPage {
        try await store.feed(EventsAfter(scope: scope, after: after, limit: limit, types: types))
    }
}

extension MessageEvent {
    static func fixture(
        _ eventID: String,
        type: EventType = .sent,
        organizationID: Int64 = 1,
        clientID: Int64? = 2,
        contactID: Int64? = 7,
        email: String = "ann@example.org",
        messageID: Int64? = nil,
        metadata: JSONValue = [:]
    ) -> MessageEvent {
        MessageEvent(
            eventID: eventID,
            type: type,
            occurredAt: Timestamp(microseconds: 1_790_000_000_000_000),
            organizationID: OrganizationID(organizationID),
            clientID: clientID.map { ClientID($0) },
            contactID: contactID.map { ContactID($0) },
            email: email,
            transactionalMessageID: messageID.map { TransactionalMessageID($0) },
            metadata: metadata
        )
    }
}
