import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing
import Tokens

@testable import TrackingService

@Suite("Maintenance")
struct MaintenanceTests {
    private struct InboxItems: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT item_key FROM tracking.inbox ORDER BY item_key" }
        func decode(_ row: Row) throws -> String { try row.decode("item_key") }
    }

    private func handlers(_ store: TrackingStore) throws -> RPCMethodTable {
        let policy = DeliveryPolicy()
        let secrets = EndpointSecrets(keys: try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))]))
        let sender = DeliverySender(transport: policy.transport, policy: policy, secrets: secrets)
        var methods = RPCMethodTable()
        TrackingHandlers(
            store: store,
            forwarder: EventForwarder(store: store, campaign: FakeCampaign(contactID: 1, organizationID: 1).caller, logger: .quiet),
            partitions: PartitionKeeper(store: store, logger: .quiet),
            dispatcher: DeliveryDispatcher(store: store, sender: sender, policy: policy, logger: .quiet)
        ).register(in: &methods)
        return methods
    }

    @Test("the tick forgets items of the inbox that no sender can repeat any more", .timeLimit(.minutes(1)))
    func inbox() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            try await fixture.database.pool().withConnection {
                try await $0.script(
                    """
                    INSERT INTO tracking.inbox (item_key, applied_at)
                    VALUES ('old', now() - interval '91 days'), ('young', now() - interval '89 days')
                    """
                )
            }
            _ = try await InProcessCaller(handlers(fixture.store)).call(TrackingTick())
            #expect(try await fixture.store.database.run(InboxItems()) == ["young"])
        }
    }
}
