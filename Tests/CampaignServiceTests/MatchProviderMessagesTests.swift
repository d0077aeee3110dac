import Contracts
import JSONRPC
import Model
import Testing

@testable import CampaignService

@Suite("Rows by the provider's message id", .campaignDatabase, .timeLimit(.minutes(1)))
struct MatchProviderMessagesTests {
    @Test("each message is found in its place, unknown ones and empty ids are 0, batches that ended before it was sent are not read")
    func match() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        let before = Timestamp.now()
        try await world.record(campaign, batch, try await world.claim(campaign, batch), .sent)
        let ids = batch.recipientIDs
        func match(_ names: [String], at time: Timestamp) async throws -> [Int64] {
            let messages = names.map { ProviderMessage(providerMessageID: $0, sentAt: time) }
            return try await world.api.call(MatchProviderMessages(messages: messages)).recipientIDs
        }
        #expect(try await match(["m\(ids[2])", "stranger", "", "m\(ids[0])"], at: before) == [ids[2], 0, 0, ids[0]])
        #expect(try await match(["m\(ids[2])"], at: before.adding(.seconds(3_600))) == [0])
        #expect(try await match([], at: before) == [])
    }
}
