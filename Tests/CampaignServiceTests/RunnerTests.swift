import Configuration
import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import CampaignService

@Suite("The runner", .campaignDatabase, .timeLimit(.minutes(1)))
struct RunnerTests {
    @Test("rounds carry a queued campaign to the end, and a failing page only delays it")
    func rounds() async throws {
        let world = try CampaignWorld()
        world.audience.add(25)
        world.audience.state.withLock { state in
            state.pageSize = 10
            state.failingPages = [1]
        }
        for key in ["a", "b"] {
            try await world.put(key)
            _ = try await world.api.call(QueueCampaign(address: world.address(key)))
        }
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == true)
        let runner = CampaignRunner(handlers: world.handlers)
        for _ in 0..<6 { _ = await runner.round(sweeping: true) }
        for key in ["a", "b"] {
            let campaign = try await world.campaign(key)
            #expect(campaign.status == .sending)
            #expect(campaign.statistics.pendingCount == 25)
        }
        for batch in try await world.messages() {
            let campaign = try await world.campaign(batch.campaignID == (try await world.campaign("a").id) ? "a" : "b")
            let claimed = try await world.claim(campaign, batch)
            try await world.record(campaign, batch, claimed, .sent)
        }
        #expect(try await world.campaign("a").status == .sent)
        #expect(try await world.campaign("b").status == .sent)
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == false)
        #expect(try await world.api.call(CampaignTick()).due == 0)
    }

    @Test("an end that was not written is written by the sweep")
    func lostEnd() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 1)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        // Killed between the outcome's commit and the end.
        let outcome = AttemptOutcome(recipientID: claimed.recipientIDs[0], attempt: 1, kind: .sent)
        _ = try await world.database.run(RecordRows(campaignID: campaign.id, batchID: batch.batchID, outcomes: [outcome]))
        #expect(try await world.campaign().status == .sending)
        #expect(try await world.api.call(CampaignTick()).due == 1)
        #expect(try await world.campaign().status == .sent)
    }

    @Test("the service that is built answers every method of its contracts")
    func build() async throws {
        let world = try CampaignWorld()
        let environment = ServiceEnvironment(
            name: .campaign,
            configuration: ConfigReader(provider: InMemoryProvider(values: [:])),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            database: world.database,
            caller: { _ in world.audience.caller }
        )
        let built = try await CampaignBuild.build(environment)
        #expect(
            built.methods.names == [
                "campaign.activity", "campaign.applyProviderEvents", "campaign.applyTrackingEvents", "campaign.cancel", "campaign.claim",
                "campaign.contactRecipients", "campaign.eraseContact", "campaign.find", "campaign.get", "campaign.getContent",
                "campaign.getPreviewContent", "campaign.getRecipientMail",
                "campaign.getRevision", "campaign.health", "campaign.list", "campaign.listRecipients",
                "campaign.matchProviderMessages", "campaign.pause", "campaign.put",
                "campaign.queue", "campaign.recipientContext", "campaign.record", "campaign.recountBounds", "campaign.recountContacts",
                "campaign.recountLedger", "campaign.resend", "campaign.resume",
                "campaign.schedule", "campaign.tick", "campaign.verify",
            ]
        )
        #expect(await built.hasWork() == false)
        let health = try await InProcessCaller(built.methods).call(CampaignHealth())
        #expect(health.service == "campaign")
        #expect(health.databaseAvailable)
    }
}
