import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import Testing

@testable import CampaignService

@Suite("Rows by the provider's message id", .campaignDatabase, .timeLimit(.minutes(1)))
struct MatchProviderMessagesTests {
    @Test("mail of others, from before there was any campaign or from after its end, reads nothing of the ledger")
    func strangers() async throws {
        let world = try CampaignWorld()
        // Rows carry the database's time, campaigns the client's.
        world.clock.time.withLock { $0 = Timestamp.now() }
        let campaign = try await world.started(contacts: 100)
        for batch in try await world.messages() {
            for start in stride(from: 0, to: batch.recipientIDs.count, by: 50) {
                let ids = Array(batch.recipientIDs[start..<start + 50])
                try await world.record(campaign, batch, try await world.claim(campaign, batch, ids), .sent)
            }
        }
        let day = Duration.seconds(86_400)
        let read = try await world.database.transaction { transaction in
            var read: [Int64] = []
            for time in [Timestamp.now().adding(.zero - day), Timestamp.now().adding(day), Timestamp.now()] {
                let before = try await transaction.first(LedgerRowsRead())
                _ = try await transaction.run(MatchProviderMessageRows(messages: [ProviderMessage(providerMessageID: "x", sentAt: time)]))
                let after = try await transaction.first(LedgerRowsRead())
                read.append((after?.indexed ?? 0) + (after?.whole ?? 0) - (before?.indexed ?? 0) - (before?.whole ?? 0))
            }
            return read
        }
        #expect(read == [0, 0, 100])
    }

    @Test("each message is found in its place, unknown ones and empty ids are 0, batches that ended before it was sent are not read")
    func match() async throws {
        let world = try CampaignWorld()
        world.clock.time.withLock { $0 = Timestamp.now() }
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
