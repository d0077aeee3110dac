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
        func click(_ id: String, _ recipient: Int64, _ second: Int64, _ link: Int64, isHuman: Bool = true, withdraws: Bool? = nil) -> RecipientEvent {
            RecipientEvent(
                eventID: id,
                recipientID: recipient,
                type: .click,
                occurredAt: time(second),
                isHuman: isHuman,
                withdrawsHuman: withdraws,
                link: link,
                url: "https://example.com/\(link)"
            )
        }
        func withdrawal(_ id: String, _ recipient: Int64, _ link: Int64) -> RecipientEvent {
            click(id, recipient, 1, link, isHuman: false, withdraws: true)
        }
        let events = [
            click("a", ids[0], 1, 0), click("b", ids[0], 2, 1), click("c", ids[1], 3, 0), click("d", ids[1], 4, 2),
            withdrawal("wa", ids[0], 0), withdrawal("wb", ids[0], 1), withdrawal("wc", ids[1], 0),
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
        let links = try await world.api.call(GetCampaignActivity(address: world.address(), interval: .day)).links.sorted { $0.link < $1.link }
        #expect(links.map(\.clickCount) == [2, 1, 1] && links.map(\.humanClickCount) == [0, 0, 1])
        try await world.expectExactCounters("seed \(seed)")
    }
}
