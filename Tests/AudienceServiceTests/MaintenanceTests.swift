import Contracts
import JSONRPC
import TestSupport
import Testing

@Suite("Maintenance", .database(DatabaseTrait.audience))
struct MaintenanceTests {
    @Test("the tick forgets items of the inbox that no sender can repeat any more")
    func inbox() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.script(
            "INSERT INTO audience.inbox (item_key, applied_at) VALUES ('old', now() - interval '91 days'), ('young', now() - interval '89 days')"
        )
        _ = try await fixture.caller.call(AudienceTick())
        #expect(try await fixture.text("SELECT string_agg(item_key, ',') FROM audience.inbox") == "young")
    }
}
