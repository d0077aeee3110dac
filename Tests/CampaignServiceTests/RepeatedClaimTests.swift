import Contracts
import Model
import Testing

@testable import CampaignService

@Suite("Claims that are repeated", .campaignDatabase, .timeLimit(.minutes(1)))
struct RepeatedClaimTests {
    @Test("a claim whose answer was lost gives the same rows again, with the same attempt, and takes nothing twice")
    func lostAnswer() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 10)
        let batch = try #require(try await world.messages().first)
        let lost = try await world.claim(campaign, batch, worker: "w1/a")
        let repeated = try await world.claim(campaign, batch, worker: "w1/a")
        #expect(lost.recipientIDs.count == 10)
        #expect(repeated == lost)
        #expect(try await world.recipients().allSatisfy { $0.attempt == 1 })
        #expect(try await world.record(campaign, batch, repeated, .sent) == 10)
        #expect(try await world.campaign().status == .sent)
        try await world.expectExactCounters()
    }

    @Test("another window's claim holds the rows, also of the same worker process")
    func otherWindow() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 5)
        let batch = try #require(try await world.messages().first)
        _ = try await world.claim(campaign, batch, worker: "w1/a")
        let other = try await world.claim(campaign, batch, worker: "w1/b")
        #expect(other.recipientIDs.isEmpty)
        #expect(other.heldIDs == batch.recipientIDs)
        let nameless = try await world.claim(campaign, batch, worker: "")
        #expect(nameless.recipientIDs.isEmpty)
    }

    @Test("only rows that still are in flight are given again")
    func settled() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 4)
        let batch = try #require(try await world.messages().first)
        var half = try await world.claim(campaign, batch, Array(batch.recipientIDs.prefix(2)), worker: "w")
        try await world.record(campaign, batch, half, .sent)
        half = try await world.claim(campaign, batch, worker: "w")
        #expect(half.recipientIDs == Array(batch.recipientIDs.suffix(2)))
        #expect(half.heldIDs.isEmpty)
    }

    @Test("a repetition that comes too late finds its rows held, because nobody would be asked about eligibility again (I3)")
    func late() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        _ = try await world.claim(campaign, batch, worker: "w")
        try await world.sql("UPDATE campaign.recipients SET attempt_deadline = clock_timestamp() + interval '29 seconds' WHERE state = 1")
        let late = try await world.claim(campaign, batch, worker: "w")
        #expect(late.recipientIDs.isEmpty)
        #expect(late.heldIDs == batch.recipientIDs)
    }
}
