import Contracts
import JSONRPC
import Model
import Postgres
import Testing

@testable import CampaignService

@Suite("Events", .campaignDatabase, .timeLimit(.minutes(1)))
struct EventTests {
    private func time(_ second: Int64) -> Timestamp { Timestamp(microseconds: 1_800_000_000_000_000 + second * 1_000_000) }

    private func sent(_ world: CampaignWorld, _ count: Int) async throws -> [Int64] {
        let campaign = try await world.started(contacts: count)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        try await world.record(campaign, batch, claimed, .sent)
        return batch.recipientIDs
    }

    private func story(_ ids: [Int64]) -> [RecipientEvent] {
        [
            RecipientEvent(eventID: "o1", recipientID: ids[0], type: .open, occurredAt: time(5), isHuman: false),
            RecipientEvent(eventID: "o2", recipientID: ids[0], type: .open, occurredAt: time(3), isHuman: true),
            RecipientEvent(eventID: "o3", recipientID: ids[1], type: .open, occurredAt: time(9), isHuman: false),
            RecipientEvent(eventID: "c1", recipientID: ids[0], type: .click, occurredAt: time(7), isHuman: true),
            RecipientEvent(eventID: "c2", recipientID: ids[0], type: .click, occurredAt: time(6), isHuman: true),
            RecipientEvent(eventID: "c3", recipientID: ids[2], type: .click, occurredAt: time(8), isHuman: false),
            RecipientEvent(
                eventID: "u1",
                recipientID: ids[2],
                type: .unsubscribe,
                occurredAt: time(9),
                isHuman: true,
                unsubscribeScope: "client"
            ),
            RecipientEvent(
                eventID: "u2",
                recipientID: ids[2],
                type: .unsubscribe,
                occurredAt: time(2),
                isHuman: true,
                unsubscribeScope: "audience"
            ),
        ]
    }

    private func expectStory(_ world: CampaignWorld, _ comment: Comment) async throws {
        let statistics = try await world.campaign().statistics
        #expect(statistics.openCount == 3, comment)
        #expect(statistics.uniqueOpenCount == 2, comment)
        #expect(statistics.humanOpenCount == 1, comment)
        #expect(statistics.uniqueHumanOpenCount == 1, comment)
        #expect(statistics.clickCount == 3, comment)
        #expect(statistics.uniqueClickCount == 2, comment)
        #expect(statistics.humanClickCount == 2, comment)
        #expect(statistics.uniqueHumanClickCount == 1, comment)
        #expect(statistics.unsubscribeCount == 1, comment)
        let rows = try await world.recipients()
        #expect(rows.map(\.firstOpenedAt) == [time(3), time(9), nil], comment)
        #expect(rows.map(\.firstClickedAt) == [time(6), nil, time(8)], comment)
        #expect(rows.map(\.unsubscribedAt) == [nil, nil, time(2)], comment)
        #expect(rows.map(\.openCount) == [2, 1, 0], comment)
        #expect(rows.allSatisfy { $0.state == .sent }, comment)
        try await world.expectExactCounters(comment)
    }

    @Test("any order, any grouping and any repetition of events give the same numbers", arguments: 0..<8 as Range<UInt64>)
    func orders(_ seed: UInt64) async throws {
        let world = try CampaignWorld()
        let ids = try await sent(world, 3)
        var random = SeededRandom(seed: seed)
        var events = (story(ids) + story(ids).shuffled(using: &random).prefix(5)).shuffled(using: &random)
        while !events.isEmpty {
            let size = Int.random(in: 1...events.count, using: &random)
            _ = try await world.api.call(ApplyTrackingEvents(events: Array(events.prefix(size))))
            events.removeFirst(size)
        }
        _ = try await world.api.call(ApplyTrackingEvents(events: story(ids)))
        try await expectStory(world, "seed \(seed)")
        let calls = try await world.database.run(OutboxCalls()).filter { $0.method == UnsubscribeContact.name }
        #expect(calls.count == 2)
    }

    @Test("a recipient's delivery, open, click, bounce and complaint make the same row in each of their 120 orders (D17)")
    func everyOrder() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 120)
        for batch in try await world.messages() {
            for start in stride(from: 0, to: batch.recipientIDs.count, by: 60) {
                let ids = Array(batch.recipientIDs[start..<min(start + 60, batch.recipientIDs.count)])
                try await world.record(campaign, batch, try await world.claim(campaign, batch, ids), .sent)
            }
        }
        let ids = try await world.recipients().map(\.id.rawValue)
        let orders = Self.permutations([0, 1, 2, 3, 4])
        #expect(orders.count == 120)
        for position in 0..<5 {
            var requests: [RecipientEvent] = []
            var told: [RecipientProviderEvent] = []
            for (id, order) in zip(ids, orders) { add(order[position], id, &requests, &told) }
            _ = try await world.api.call(ApplyTrackingEvents(events: requests))
            _ = try await world.api.call(ApplyProviderEvents(events: told))
        }
        for row in try await world.recipients() {
            #expect(row.state == .sent && row.status == .complained)
            #expect(row.deliveredAt == time(1) && row.firstOpenedAt == time(2) && row.firstClickedAt == time(3))
            #expect(row.bouncedAt == time(4) && row.complainedAt == time(5))
        }
        let counters = try await world.campaign().statistics
        #expect(counters.sentCount == 120 && counters.deliveredCount == 120 && counters.bounceCount == 120 && counters.complaintCount == 120)
        #expect(counters.uniqueOpenCount == 120 && counters.uniqueClickCount == 120)
        try await world.expectExactCounters()
    }

    private func add(_ fact: Int, _ id: Int64, _ requests: inout [RecipientEvent], _ told: inout [RecipientProviderEvent]) {
        switch fact {
        case 1, 2:
            let type: TrackingEventType = fact == 1 ? .open : .click
            let at = time(Int64(fact) + 1)
            requests.append(RecipientEvent(eventID: "\(id)-\(fact)", recipientID: id, type: type, occurredAt: at, isHuman: true))
        default:
            let kind: RecipientProviderEvent.Kind = fact == 0 ? .delivered : fact == 3 ? .bounced : .complained
            told.append(
                RecipientProviderEvent(eventID: "\(id)-\(fact)", recipientID: id, kind: kind, occurredAt: time(Int64(fact) + 1))
            )
        }
    }

    private static func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
    }

    @Test("the same events from several senders at once count once")
    func concurrent() async throws {
        let world = try CampaignWorld()
        let ids = try await sent(world, 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                let events = number % 2 == 0 ? story(ids) : story(ids).reversed()
                group.addTask { _ = try await world.api.call(ApplyTrackingEvents(events: events)) }
            }
            try await group.waitForAll()
        }
        try await expectStory(world, "concurrent")
    }

    @Test("each event is told whom it concerns; an unknown recipient is zero and changes nothing")
    func answer() async throws {
        let world = try CampaignWorld()
        let ids = try await sent(world, 2)
        let campaign = try await world.campaign()
        let events = [
            RecipientEvent(
                eventID: "x",
                recipientID: 999_999,
                type: .unsubscribe,
                occurredAt: time(1),
                isHuman: true,
                unsubscribeScope: "global"
            ),
            RecipientEvent(eventID: "y", recipientID: ids[1], type: .open, occurredAt: time(1), isHuman: true),
        ]
        for _ in 0..<2 {
            let applied = try await world.api.call(ApplyTrackingEvents(events: events))
            #expect(applied.contactIDs == [0, 2])
            #expect(applied.organizationIDs == [0, 1])
            #expect(applied.campaignIDs == [0, campaign.id.rawValue])
        }
        #expect(try await world.database.run(OutboxCalls()).filter { $0.method == UnsubscribeContact.name }.isEmpty)
    }

    @Test("an unsubscribe is news for Audience in the transaction of its row, once, with its scope")
    func unsubscribe() async throws {
        let world = try CampaignWorld()
        let ids = try await sent(world, 1)
        let events = [
            RecipientEvent(
                eventID: "a",
                recipientID: ids[0],
                type: .unsubscribe,
                occurredAt: time(1),
                isHuman: true,
                unsubscribeScope: "global"
            ),
            RecipientEvent(
                eventID: "b",
                recipientID: ids[0],
                type: .unsubscribe,
                occurredAt: time(2),
                isHuman: true,
                unsubscribeScope: "nonsense"
            ),
        ]
        for _ in 0..<2 { _ = try await world.api.call(ApplyTrackingEvents(events: events)) }
        let calls = try await world.database.run(OutboxCalls()).filter { $0.method == UnsubscribeContact.name }
            .map { try UnsubscribeContact.read(ArraySlice($0.params.utf8)) }
        #expect(calls.map(\.unsubscribeScope) == [.global, .client])
        #expect(calls.map(\.occurredAt) == [time(1), time(2)])
        #expect(calls.allSatisfy { $0.contactID == ContactID(1) })
        let scope = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))
        #expect(calls.allSatisfy { $0.scope == scope })
        let whom = try await world.api.call(RecipientContext(recipientID: RecipientID(ids[0])))
        #expect(whom.scope == scope)
        #expect(whom.email == "person1@example.com")
        #expect(whom.clientName == "The App" && whom.categoryTags == nil)
        for (key, tag) in [("c2", "results"), ("c3", "news"), ("c4", "news"), ("draft", "secret")] {
            try await world.put(key) { $0.categoryTag = tag }
        }
        for key in ["c2", "c3", "c4"] { _ = try await world.api.call(QueueCampaign(address: world.address(key))) }
        let page = try await world.api.call(RecipientContext(recipientID: RecipientID(ids[0]), wantsCategories: true))
        #expect(page.categoryTags == ["news", "results"])
    }

    @Test("an event of the provider proves that it took the message: unknown becomes sent, and a lost outcome cannot undo it")
    func proof() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 4)
        let batch = try #require(try await world.messages().first)
        let ids = batch.recipientIDs
        let claimed = try await world.claim(campaign, batch, Array(ids.prefix(3)))
        try await world.expireAttempts()
        _ = try await world.claim(campaign, batch, [ids[0], ids[1]])
        let kinds: [RecipientProviderEvent.Kind] = [.sent, .delivered, .bounced, .complained]
        let events = zip(ids, kinds).map { id, kind in
            RecipientProviderEvent(eventID: "p\(id)", recipientID: id, kind: kind, occurredAt: time(4), providerMessageID: "ses\(id)")
        }
        for _ in 0..<2 { _ = try await world.api.call(ApplyProviderEvents(events: events)) }
        let rows = try await world.recipients()
        // Unknown, unknown, still attempting; the last was never handed out, so its event proves nothing.
        #expect(rows.map(\.state) == [.sent, .sent, .sent, .pending])
        #expect(rows.prefix(3).allSatisfy { $0.sentAt == time(4) && $0.providerMessageID == "ses\($0.id)" })
        #expect(try await world.record(campaign, batch, claimed, .retry) == 0)
        let statistics = try await world.campaign().statistics
        #expect(statistics.deliveredCount == 1)
        #expect(statistics.bounceCount == 1)
        #expect(statistics.complaintCount == 1)
        #expect(statistics.unknownCount == 0)
        try await world.expectExactCounters()
    }

    @Test("a resend that waits is dropped when an event proves the first copy")
    func proofBeforeResend() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 1)
        let batch = try #require(try await world.messages().first)
        try await world.record(campaign, batch, try await world.claim(campaign, batch), .unknown)
        _ = try await world.api.call(ResendCampaign(address: world.address(), kind: .unknown))
        let event = RecipientProviderEvent(eventID: "p", recipientID: batch.recipientIDs[0], kind: .delivered, occurredAt: time(4))
        _ = try await world.api.call(ApplyProviderEvents(events: [event]))
        #expect(try await world.claim(campaign, batch).recipientIDs.isEmpty)
        _ = try await CampaignRound(handlers: world.handlers).sweep()
        #expect(try await world.campaign().status == .sent)
        try await world.expectExactCounters()
    }

    @Test("verify names a counter that is wrong")
    func verify() async throws {
        let world = try CampaignWorld()
        _ = try await sent(world, 2)
        try await world.expectExactCounters()
        try await world.sql("UPDATE campaign.batches SET open_count = 7, sent_count = sent_count + 1")
        let report = try await world.api.call(CampaignVerify())
        #expect(report.checked == 18)
        #expect(report.mismatches.contains { $0.contains("open_count is 7, the ledger has 0") })
        #expect(report.mismatches.contains { $0.contains("sent_count is 3, the ledger has 2") })
        #expect(report.mismatches.contains { $0.contains("its batches hold 3 rows, the ledger has 2") })
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
