import Contracts
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import Testing

@testable import TrackingService

@Suite("Events that Campaign refuses", .timeLimit(.minutes(1)))
struct RefusedEventsTests {
    private static let limits = RefusalLimits(refusals: 3, failures: 3, firstPause: 0, lastPause: 0)

    private func forwarder(_ fixture: TrackingFixture, _ campaign: FakeCampaign, _ limits: RefusalLimits = limits) -> EventForwarder {
        EventForwarder(store: fixture.store, campaign: campaign.caller, logger: .quiet, limits: limits)
    }

    private func handlers(_ fixture: TrackingFixture, _ forwarder: EventForwarder) throws -> InProcessCaller {
        let policy = DeliveryPolicy()
        let secrets = EndpointSecrets.load(path: "/nonexistent", logger: .quiet)
        let dispatcher = DeliveryDispatcher(
            store: fixture.store,
            sender: DeliverySender(transport: policy.transport, policy: policy, secrets: secrets),
            policy: policy,
            logger: .quiet
        )
        var methods = RPCMethodTable()
        TrackingHandlers(
            store: fixture.store,
            forwarder: forwarder,
            partitions: PartitionKeeper(store: fixture.store, logger: .quiet),
            dispatcher: dispatcher
        ).register(in: &methods)
        return InProcessCaller(methods)
    }

    @Test("one refused event holds nobody up, is moved aside alone, named by verify, and goes when it is sent again (I5)")
    func poison() async throws {
        try await TrackingFixture.run { fixture in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            campaign.poisonous = [2]
            let forwarder = forwarder(fixture, campaign)
            let api = try handlers(fixture, forwarder)
            // The bad one shares its micro-batch with two good ones, and others came behind.
            _ = try await fixture.store.record([1, 2, 3].map { ClassifiedEvent(.fixture(messageID: $0)) })
            for id in 4...6 { _ = try await fixture.store.record([ClassifiedEvent(.fixture(messageID: Int64(id)))]) }
            #expect(try await forwarder.forwardPage())
            #expect(Set(campaign.events.map(\.recipientID)) == [4, 5, 6], "those behind it go at once")
            while try await forwarder.forwardPage() {}
            #expect(campaign.events.map(\.recipientID).sorted() == [1, 3, 4, 5, 6])
            let report = try await api.call(TrackingVerify())
            #expect(report.outboxPending == 0, "nothing keeps the process up")
            let line = try #require(report.mismatches.first)
            #expect(report.mismatches.count == 1 && line.contains("(1 of them) were refused"), "\(report.mismatches)")
            let dead = try await api.call(PeekForwarding(dead: true, limit: 10)).messages
            #expect(dead.map { $0.body.arrayValue?.first?["recipientID"]?.int64Value } == [2])
            #expect(try await api.call(GetForwarding()).queues.map(\.dead) == [1])

            campaign.poisonous = []
            #expect(try await api.call(RedriveForwarding()).moved == 1)
            #expect(try await api.call(RedriveForwarding()).moved == 0)
            #expect(try await forwarder.forwardPage())
            #expect(campaign.events.map(\.recipientID).sorted() == [1, 2, 3, 4, 5, 6])
            #expect(try await api.call(TrackingVerify()).mismatches == [])
        }
    }

    @Test("what cannot be read is moved aside as it is")
    func unreadable() async throws {
        try await TrackingFixture.run { fixture in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = forwarder(fixture, campaign)
            try await fixture.store.database.withConnection { connection in
                try await connection.script("INSERT INTO tracking.forwarding (event_count, events) VALUES (2, '{\"eventID\":')")
            }
            _ = try await fixture.store.record([ClassifiedEvent(.fixture(messageID: 7))])
            while try await forwarder.forwardPage() {}
            #expect(campaign.events.map(\.recipientID) == [7])
            let lines = try await fixture.store.database.run(RefusedLines())
            #expect(lines.count == 1 && lines[0].contains("cannot be read"), "\(lines)")
        }
    }

    @Test("a Campaign that takes nothing is not asked for each event, and nothing is moved aside in a hurry")
    func refusesEverything() async throws {
        try await TrackingFixture.run { fixture in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            campaign.poisonous = Set(1...50)
            let forwarder = forwarder(fixture, campaign, RefusalLimits(firstPause: 3_600, lastPause: 3_600))
            for id in 1...50 { _ = try await fixture.store.record([ClassifiedEvent(.fixture(messageID: Int64(id)))]) }
            await #expect(throws: ForwardingRefusal.self) { try await forwarder.forwardPage() }
            #expect(campaign.calls == 6)
            #expect(try await fixture.store.waitingBatches().count == 50)
            campaign.poisonous = []
            #expect(try await forwarder.forwardPage())
            #expect(campaign.events.count == 45, "those that were refused wait a moment")
        }
    }
}
