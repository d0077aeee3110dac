import Contracts
import JSON
import Logging
import Model
import Postgres
import ServiceRuntime
import TestSupport
import Testing

@testable import TrackingService

@Suite("Events of messages and contacts")
struct ActivityTests {
    @Test("every type of the contract is stored once by its id, whatever company it comes in (I5)", .timeLimit(.minutes(1)))
    func once() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let all = EventType.allCases.map { MessageEvent.fixture("e:\($0.rawValue)", type: $0) }
            #expect(try await fixture.store.recordActivity(all.compactMap(ActivityRow.init)).events == all.count)
            let again = all + [.fixture("new")]
            #expect(try await fixture.store.recordActivity(again.compactMap(ActivityRow.init)).events == 1)
            let stored = try await fixture.feed().events
            #expect(stored.map(\.type) == EventType.allCases + [.sent])
            #expect(stored.map(\.id) == stored.map(\.id).sorted())
        }
    }

    @Test("the same id twice in one call is one event", .timeLimit(.minutes(1)))
    func twiceInOneCall() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            #expect(try await fixture.record(.fixture("a"), .fixture("a")).events == 1)
        }
    }

    @Test("the feed pages without a gap and without a repetition, and ends where the next look begins", .timeLimit(.minutes(1)))
    func pages() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let own = (0..<25).map { MessageEvent.fixture("own:\($0)", type: $0 % 5 == 0 ? .open : .sent) }
            let common = (0..<5).map { MessageEvent.fixture("all:\($0)", type: .unsubscribe, clientID: nil) }
            _ = try await fixture.store.recordActivity((own + common).compactMap(ActivityRow.init))
            var seen: [Int64] = []
            var after: Int64 = 0
            while true {
                let page = try await fixture.feed(after: after, limit: 7)
                seen += page.events.map(\.id)
                guard page.hasMore, let next = page.next else { break }
                after = next
            }
            #expect(seen.count == 30)
            #expect(Set(seen).count == 30)
            #expect(seen == seen.sorted())
            #expect(try await fixture.feed(types: [.open, .unsubscribe]).events.count == 10)
            #expect(try await fixture.feed(after: .max).events.isEmpty)
        }
    }

    @Test("a client sees its own events and those of the whole organization, nobody else's (I7)", .timeLimit(.minutes(1)))
    func wall() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            try await fixture.record(
                .fixture("own"),
                .fixture("sibling", clientID: 3),
                .fixture("everybody", type: .unsubscribe, clientID: nil),
                .fixture("foreign", organizationID: 9),
                .fixture("foreign everybody", organizationID: 9, clientID: nil)
            )
            #expect(try await fixture.feed().events.map(\.type) == [.sent, .unsubscribe])
            let sibling = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(3))
            #expect(try await fixture.feed(sibling).events.count == 2)
            let crossed = ClientScope(organizationID: OrganizationID(9), clientID: ClientID(3))
            #expect(try await fixture.feed(crossed).events.count == 1)
        }
    }

    @Test("a poller misses nothing while transactions overlap: an id is seen only when all before it are", .timeLimit(.minutes(1)))
    func overlapping() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let overlap = Overlap()
            let database = fixture.store.database
            let first = Task {
                try await database.transaction { transaction in
                    _ = try await transaction.run(InsertActivity([ActivityRow(.fixture("slow"))].compactMap(\.self)))
                    overlap.hasWritten.wake()
                    await overlap.mayCommit.wait()
                    overlap.note("slow")
                }
            }
            await overlap.hasWritten.wait()
            let second = Task {
                _ = try await fixture.record(.fixture("fast"))
                overlap.note("fast")
            }
            // Until the later writer waits for the earlier one.
            while try await database.first(WaitingWriters()) != 1 { await Task.yield() }
            let early = try await fixture.feed()
            #expect(early.events.isEmpty)
            overlap.mayCommit.wake()
            try await first.value
            try await second.value
            #expect(overlap.order == ["slow", "fast"])
            let events = try await fixture.feed(after: early.next ?? 0).events
            #expect(events.count == 2)
        }
    }

    @Test("erasure takes out who it was, keeps what happened, and holds for events that come late", .timeLimit(.minutes(1)))
    func erasure() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            try await fixture.record(
                .fixture("a", metadata: ["name": "Ann"]),
                .fixture("b", contactID: 8, email: "bob@example.org"),
                .fixture("c", organizationID: 9)
            )
            let call = EraseContactEvents(organizationID: OrganizationID(1), contactID: ContactID(7))
            #expect(try await fixture.store.erase(call) == ErasedEvents(events: 1, callbacks: 0))
            #expect(try await fixture.store.erase(call) == ErasedEvents(events: 0, callbacks: 0))
            try await fixture.record(.fixture("late", type: .delivered, metadata: ["name": "Ann"]))
            let events = try await fixture.feed().events
            #expect(events.map(\.email) == ["", "bob@example.org", ""])
            #expect(events.map(\.contactID?.rawValue) == [nil, 8, nil])
            #expect(events.map(\.metadata) == [[:], [:], [:]])
            let foreign = ClientScope(organizationID: OrganizationID(9), clientID: ClientID(2))
            #expect(try await fixture.feed(foreign).events.first?.email == "ann@example.org")
        }
    }

    @Test("erasure takes link, program and address out of the contact's requests in the log", .timeLimit(.minutes(1)))
    func erasedRequests() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = EventForwarder(store: fixture.store, campaign: campaign.caller, logger: .quiet)
            let click = TrackingEvent.fixture(type: .click, url: "https://example.org/?ann")
            _ = try await fixture.store.record([ClassifiedEvent(click)])
            _ = try await forwarder.forwardPage()
            _ = try await fixture.store.erase(EraseContactEvents(organizationID: OrganizationID(5), contactID: ContactID(41)))
            #expect(try await fixture.store.database.first(Traces()) == 0)
        }
    }

    @Test(
        "requests that are forwarded after the erasure lose it too, whether Campaign has heard of it or not; a foreign token's stay",
        .timeLimit(.minutes(1)),
        arguments: [(contact: 0, organization: 5, traces: 0), (contact: 41, organization: 5, traces: 0), (contact: 0, organization: 0, traces: 1)]
            as [(contact: Int64, organization: Int64, traces: Int)]
    )
    func erasedBeforeForwarding(_ row: (contact: Int64, organization: Int64, traces: Int)) async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let campaign = FakeCampaign(contactID: row.contact, organizationID: row.organization)
            let forwarder = EventForwarder(store: fixture.store, campaign: campaign.caller, logger: .quiet)
            let click = TrackingEvent.fixture(type: .click, url: "https://example.org/?ann")
            _ = try await fixture.store.record([ClassifiedEvent(click)])
            _ = try await fixture.store.erase(EraseContactEvents(organizationID: OrganizationID(5), contactID: ContactID(41)))
            #expect(try await fixture.store.database.first(Traces()) == 1)
            _ = try await forwarder.forwardPage()
            #expect(try await fixture.store.database.first(Traces()) == row.traces)
        }
    }

    @Test("an erasure waits for the events that are being written, and takes the person out of them", .timeLimit(.minutes(1)))
    func erasureWaits() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let overlap = Overlap()
            let database = fixture.store.database
            let writer = Task {
                try await database.transaction { transaction in
                    try await transaction.execute(ErasureLock.Share(schema: "tracking"))
                    _ = try await transaction.run(InsertActivity([ActivityRow(.fixture("slow"))].compactMap(\.self)))
                    overlap.hasWritten.wake()
                    await overlap.mayCommit.wait()
                }
            }
            await overlap.hasWritten.wait()
            let eraser = Task {
                defer { overlap.note("erased") }
                return try await fixture.store.erase(EraseContactEvents(organizationID: OrganizationID(1), contactID: ContactID(7)))
            }
            while try await database.first(WaitingWriters()) != 1, overlap.order.isEmpty { await Task.yield() }
            overlap.mayCommit.wake()
            try await writer.value
            #expect(try await eraser.value == ErasedEvents(events: 1, callbacks: 0))
            #expect(try await fixture.feed().events.map(\.email) == [""])
        }
    }

    @Test("what does not fit is cut or left out; the event stays", .timeLimit(.minutes(1)))
    func bounds() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let long = String(repeating: "é", count: 5_000)
            try await fixture.record(
                .fixture(long, email: long, metadata: ["big": .string(String(repeating: long, count: 4))]),
                .fixture("nul\0", email: "a\0b@example.org", metadata: ["nul": "\0"]),
                .fixture("list", metadata: [1, 2])
            )
            let events = try await fixture.feed().events
            #expect(events.count == 3)
            #expect(events[0].metadata == ["omitted": "too_large"])
            #expect(events[1].email == "ab@example.org")
            #expect(events[2].metadata == [:])
            #expect(ActivityRow(.fixture("")) == nil)
        }
    }
}

/// Writers that wait for the lock which orders the events.
private struct WaitingWriters: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT pg_catalog.count(*) AS count
        FROM pg_catalog.pg_locks
        WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """
    }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}

/// Requests of the log that still say who made them.
private struct Traces: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT pg_catalog.count(*) AS count FROM tracking.events WHERE url <> '' OR user_agent <> '' OR address <> ''" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
