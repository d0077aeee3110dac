import Contracts
import JSONRPC
import Model
import Testing

@testable import CampaignService

@Suite("Clicks that were no person's", .campaignDatabase, .timeLimit(.minutes(1)))
struct WithdrawnClickTests {
    private func time(_ second: Int64) -> Timestamp { Timestamp(microseconds: 1_800_000_000_000_000 + second * 1_000_000) }

    @Test("a withdrawn click stays a click and is no person's any more, in any order and however often", arguments: 0..<8 as Range<UInt64>)
    func withdrawn(seed: UInt64) async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        try await world.record(campaign, batch, try await world.claim(campaign, batch), .sent)
        let ids = batch.recipientIDs
        func withdrawal(_ id: String, _ recipient: Int64) -> RecipientEvent {
            RecipientEvent(eventID: id, recipientID: recipient, type: .click, occurredAt: time(1), isHuman: false, withdrawsHuman: true)
        }
        let events = [
            RecipientEvent(eventID: "a", recipientID: ids[0], type: .click, occurredAt: time(1), isHuman: true),
            RecipientEvent(eventID: "b", recipientID: ids[0], type: .click, occurredAt: time(2), isHuman: true),
            RecipientEvent(eventID: "c", recipientID: ids[1], type: .click, occurredAt: time(3), isHuman: true),
            RecipientEvent(eventID: "d", recipientID: ids[1], type: .click, occurredAt: time(4), isHuman: true),
            withdrawal("wa", ids[0]), withdrawal("wb", ids[0]), withdrawal("wc", ids[1]),
        ]
        var random = SeededRandom(seed: seed)
        var left = (events + events).shuffled(using: &random)
        while !left.isEmpty {
            let size = Int.random(in: 1...left.count, using: &random)
            let page = Array(left.prefix(size))
            let applied = try await world.api.call(ApplyTrackingEvents(events: page))
            #expect(zip(page, applied.contactIDs).allSatisfy { ($1 == 0) == ($0.withdrawsHuman == true) })
            left.removeFirst(size)
        }
        let counters = try await world.campaign().statistics
        #expect(counters.clickCount == 4 && counters.uniqueClickCount == 2)
        #expect(counters.humanClickCount == 1 && counters.uniqueHumanClickCount == 1)
        #expect(try await world.recipients().allSatisfy { $0.state == .sent })
        try await world.expectExactCounters("seed \(seed)")
    }
}
