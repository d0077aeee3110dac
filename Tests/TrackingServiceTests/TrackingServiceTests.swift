import Contracts
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import Schemas
import TestSupport
import Testing

@testable import TrackingService

@Suite("The event log")
struct TrackingServiceTests {
    private func withStore(_ body: (TrackingStore, TestDatabase) async throws -> Void) async throws {
        let database = try await TestDatabase.create(
            migrations: [(schema: "tracking", role: "datamailer_tracking", migrations: Schemas.tracking)]
        )
        let store = TrackingStore(database: database.pool(asRole: "datamailer_tracking"))
        try await store.ensureMonths(Timestamp(microseconds: 1_790_000_000_000_000))
        try await body(store, database)
        try await database.drop()
    }

    @Test("every statement fits the migrated schema", .timeLimit(.minutes(1)))
    func statements() async throws {
        try await withStore { (store: TrackingStore, _) async throws -> Void in
            try await store.database.prepareAll(TrackingStore.statements)
        }
    }

    @Test("an event is stored once however often and in whatever company it comes (I5)", .timeLimit(.minutes(1)))
    func once() async throws {
        try await withStore { (store: TrackingStore, _) async throws -> Void in
            let first = TrackingEvent.fixture(messageID: 7)
            let second = TrackingEvent.fixture(messageID: 8)
            #expect(try await store.record([ClassifiedEvent(first)]) == 1)
            #expect(try await store.record([ClassifiedEvent(first), ClassifiedEvent(second)]) == 1)
            #expect(try await store.record([ClassifiedEvent(second), ClassifiedEvent(first)]) == 0)
            let waiting = try await store.forwardingPage(limit: 100)
            let forwarded = try waiting.map { try ApplyTrackingEvents.read(ArraySlice("{\"events\":[\($0.events)]}".utf8)).events }.flatMap(\.self)
            #expect(forwarded.map(\.recipientID) == [7, 8])
            #expect(forwarded.map(\.eventID) == [first.eventID, second.eventID])
            #expect(forwarded.map(\.occurredAt) == [first.occurredAt, second.occurredAt])
            #expect(forwarded.map(\.isHuman) == [true, true])
        }
    }

    @Test("an event outside every month's partition is kept too", .timeLimit(.minutes(1)))
    func outsideEveryMonth() async throws {
        try await withStore { (store: TrackingStore, _) async throws -> Void in
            let event = TrackingEvent.fixture(occurredAt: Timestamp(microseconds: 946_684_800_000_000))
            #expect(try await store.record([ClassifiedEvent(event)]) == 1)
        }
    }

    @Test("events reach Campaign and the contact's timeline, inside the organization only (I7)", .timeLimit(.minutes(1)))
    func timeline() async throws {
        try await withStore { (store: TrackingStore, _) async throws -> Void in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = EventForwarder(store: store, campaign: campaign.caller, logger: Logger(label: "test"))
            let events = (1...3).map { TrackingEvent.fixture(messageID: Int64($0)) }
            _ = try await store.record(events.map(ClassifiedEvent.init))
            #expect(try await forwarder.forwardPage())
            #expect(try await forwarder.forwardPage() == false)
            #expect(campaign.events.map(\.recipientID) == [1, 2, 3])
            let ask = ContactEvents(organizationID: OrganizationID(5), clientID: ClientID(3), contactID: ContactID(41), before: nil, limit: 10)
            let own = try await store.contactEvents(ask)
            #expect(own.events.map(\.recipientID?.rawValue) == [3, 2, 1])
            #expect(own.events.allSatisfy { $0.campaignID == CampaignID(9) && $0.email == "reader@example.org" })
            #expect(own.events.first?.metadata["classification"] == "human")
            var foreign = ask
            foreign.organizationID = OrganizationID(6)
            #expect(try await store.contactEvents(foreign).events.isEmpty)
            foreign = ask
            foreign.clientID = ClientID(2)
            #expect(try await store.contactEvents(foreign).events.isEmpty)
        }
    }

    @Test("while Campaign is away events wait, and none is lost", .timeLimit(.minutes(1)))
    func campaignAway() async throws {
        try await withStore { (store: TrackingStore, _) async throws -> Void in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = EventForwarder(store: store, campaign: campaign.caller, logger: Logger(label: "test"))
            _ = try await store.record([ClassifiedEvent(.fixture())])
            campaign.isAway = true
            await #expect(throws: (any Error).self) { try await forwarder.forwardPage() }
            #expect(try await store.waitingBatches().count == 1)
            campaign.isAway = false
            #expect(try await forwarder.forwardPage())
            #expect(try await store.waitingBatches().count == 0)
        }
    }
}
