import Contracts
import JSONRPC
import Model
import Postgres
import Testing

@testable import CampaignService

@Suite("Order of locks", .campaignDatabase, .timeLimit(.minutes(1)))
struct LockOrderTests {
    /// Sessions of this database that wait for a lock.
    private struct WaitingSessions: Statement {
        static let sample = Self()
        var sql: SQL {
            """
            SELECT count(*) AS count
            FROM pg_catalog.pg_stat_activity
            WHERE pg_stat_activity.datname = current_database()
                AND pg_stat_activity.wait_event_type = 'Lock'
            """
        }
        func decode(_ row: Row) throws -> Int { try row.decode("count") }
    }

    @Test("the first click of a link, counted while an operator resends, waits for nobody who waits for it")
    func clickAndResend() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        try await world.record(campaign, batch, try await world.claim(campaign, batch), .failed)
        #expect(try await world.campaign().status == .sent)
        let event = RecipientEvent(
            eventID: "e",
            recipientID: batch.recipientIDs[0],
            type: .click,
            occurredAt: world.clock.now(),
            isHuman: true,
            link: 0,
            url: "https://example.com/"
        )
        let click = try #require(LinkClick(event, campaignID: campaign.id.rawValue))
        let resent = try await withThrowingTaskGroup(of: Int64.self) { group in
            try await world.database.transaction { transaction in
                // As an event does: the batch first.
                try await transaction.script("SELECT id FROM campaign.batches FOR UPDATE")
                group.addTask { try await world.api.call(ResendCampaign(address: world.address(), kind: .failed)).resentCount }
                while try await world.database.first(WaitingSessions()) != 1 { try await Task.sleep(for: .milliseconds(5)) }
                // Its line names the campaign, whose row the resend has locked.
                try await transaction.execute(CountLinkClicks(clicks: [click]))
            }
            return try await group.reduce(0, +)
        }
        #expect(resent == 3)
    }
}
