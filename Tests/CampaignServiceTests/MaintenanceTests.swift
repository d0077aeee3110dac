import Contracts
import JSONRPC
import Model
import Postgres
import Testing

@testable import CampaignService

@Suite("Maintenance", .campaignDatabase)
struct MaintenanceTests {
    private struct InboxItems: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT item_key FROM campaign.inbox ORDER BY item_key" }
        func decode(_ row: Row) throws -> String { try row.decode("item_key") }
    }

    @Test("the tick forgets items of the inbox that no sender can repeat any more")
    func inbox() async throws {
        let world = try CampaignWorld()
        try await world.sql(
            "INSERT INTO campaign.inbox (item_key, applied_at) VALUES ('old', now() - interval '91 days'), ('young', now() - interval '89 days')"
        )
        _ = try await world.api.call(CampaignTick())
        #expect(try await world.database.run(InboxItems()) == ["young"])
    }
}
