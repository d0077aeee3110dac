import Contracts
import JSONRPC
import Model
import Testing

@testable import CampaignService

@Suite("A campaign that is refused as a whole", .campaignDatabase, .timeLimit(.minutes(1)))
struct RefusalTests {
    private func record(
        _ world: CampaignWorld,
        _ campaign: Campaign,
        _ batch: EnqueueCampaignBatch,
        _ count: Int,
        isContent: Bool? = nil,
        fault: CampaignFault? = nil,
        _ end: (Int64) -> (kind: AttemptOutcome.Kind, reason: String)
    ) async throws {
        let waiting = try await world.recipients(state: .pending).map(\.id.rawValue)
        let claimed = try await world.claim(campaign, batch, Array(waiting.prefix(count)))
        let outcomes = zip(claimed.recipientIDs, claimed.attempts).map { id, attempt in
            let (kind, reason) = end(id)
            return AttemptOutcome(recipientID: id, attempt: attempt, kind: kind, reason: reason, isContent: kind == .failed ? isContent : nil)
        }
        let call = RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: outcomes, fault: fault)
        #expect(try await world.api.call(call).recorded == count)
        // A repetition of the record, as after a lost answer, changes nothing.
        #expect(try await world.api.call(call).recorded == 0)
    }

    private static func unverified(_ id: Int64) -> (kind: AttemptOutcome.Kind, reason: String) {
        (.failed, "SES 400 MessageRejected: Email address is not verified. The following identities failed: person\(id)@example.com")
    }

    @Test("equal refusals in a row, over windows of any size, pause it with the reason, and the others wait", arguments: [1, 7, 60])
    func pauses(window: Int) async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 100)
        let batch = try #require(try await world.messages().first)
        var refused = 0
        while try await world.campaign().status == .sending, refused < 100 {
            try await record(world, campaign, batch, window, Self.unverified)
            refused += window
        }
        let paused = try await world.campaign()
        #expect(paused.status == .paused && refused < 20 + window)
        #expect(paused.statusReason.contains("\(refused) messages in a row were refused") && paused.statusReason.contains("not verified"))
        #expect(paused.statistics.failedCount == refused && paused.statistics.pendingCount == 100 - refused)
        #expect(try await world.claim(paused, batch).disposition == .paused)

        // The operator has mended it: the count begins anew, and the refused ones can be sent again.
        let resumed = try await world.api.call(ResumeCampaign(address: world.address())).campaign
        #expect(resumed.status == .sending && resumed.statusReason.isEmpty)
        #expect(try await world.api.call(ResendCampaign(address: world.address(), kind: .failed)).resentCount == refused)
        try await record(world, campaign, batch, 1, Self.unverified)
        #expect(try await world.campaign().status == .sending)
        try await world.expectExactCounters()
    }

    @Test("refusals with an acceptance or another refusal among them are the recipients' own")
    func mixed() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 100)
        let batch = try #require(try await world.messages().first)
        try await record(world, campaign, batch, 19, Self.unverified)
        try await record(world, campaign, batch, 1) { _ in (.sent, "") }
        try await record(world, campaign, batch, 19, Self.unverified)
        try await record(world, campaign, batch, 1) { _ in (.failed, "SMTP recipient 550: no such user") }
        try await record(world, campaign, batch, 19) { id in
            id % 2 == 0 ? (.failed, "SMTP recipient 550: no such user") : (.failed, "SMTP recipient 552: too much")
        }
        #expect(try await world.campaign().status == .sending)
        // What is neither does not end a run.
        try await record(world, campaign, batch, 19, Self.unverified)
        try await record(world, campaign, batch, 2) { _ in (.retry, "slow") }
        try await record(world, campaign, batch, 1, Self.unverified)
        #expect(try await world.campaign().status == .paused)
    }

    @Test("a sender that the provider takes nothing of pauses it at once, and nobody has failed")
    func sender() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 10)
        let batch = try #require(try await world.messages().first)
        let fault = CampaignFault(kind: .sender, reason: "SES 400 SendingPausedException")
        try await record(world, campaign, batch, 5, fault: fault) { _ in (.retry, "SES 400 SendingPausedException") }
        let paused = try await world.campaign()
        #expect(paused.status == .paused && paused.statusReason == "SES 400 SendingPausedException")
        #expect(paused.statistics.pendingCount == 10 && paused.statistics.failedCount == 0)
    }

    @Test("content that a worker cannot compile fails it with the reason, and nobody is mailed or left behind")
    func broken() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 10)
        let batch = try #require(try await world.messages().first)
        let fault = CampaignFault(kind: .content, reason: "content: html_body: line 2")
        try await record(world, campaign, batch, 5, fault: fault) { _ in (.retry, "content") }
        let failed = try await world.campaign()
        #expect(failed.status == .failed && failed.statusReason == "content: html_body: line 2")
        #expect(failed.statistics.pendingCount == 0 && failed.statistics.skippedCount == 10)
        try await world.expectExactCounters()
    }

    @Test("content that renders for nobody fails it: after enough of them, or when that was all", arguments: [100, 5])
    func rendersForNobody(contacts: Int) async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: contacts)
        let batch = try #require(try await world.messages().first)
        try await record(world, campaign, batch, min(contacts, 25), isContent: true) { _ in (.failed, "render: html_body: line 3, column 1: endless")
        }
        let failed = try await world.campaign()
        #expect(failed.status == .failed, "\(failed.status)")
        #expect(failed.statusReason == "its content renders for nobody: render: html_body: line 3, column 1: endless")
        #expect(failed.statistics.pendingCount == 0 && failed.statistics.failedCount == min(contacts, 25))
        try await world.expectExactCounters()
    }

    @Test("content that rendered for some and then for none any more pauses it: what was sent stays sent")
    func rendersForSome() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 60)
        let batch = try #require(try await world.messages().first)
        try await record(world, campaign, batch, 5) { _ in (.sent, "") }
        try await record(world, campaign, batch, 25, isContent: true) { _ in (.failed, "render: x") }
        let paused = try await world.campaign()
        #expect(paused.status == .paused && paused.statistics.pendingCount == 30)
    }

    @Test("a fault that comes late does not touch a campaign that was cancelled or is done")
    func late() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch, [batch.recipientIDs[0]])
        _ = try await world.api.call(CancelCampaign(address: world.address()))
        let outcome = AttemptOutcome(recipientID: claimed.recipientIDs[0], attempt: 1, kind: .retry, reason: "x")
        let fault = CampaignFault(kind: .content, reason: "x")
        let call = RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: [outcome], fault: fault)
        #expect(try await world.api.call(call).recorded == 1)
        let cancelled = try await world.campaign()
        #expect(cancelled.status == .cancelled && cancelled.statusReason.isEmpty)
    }

    @Test(
        "reasons that differ only in whom they name are of one kind",
        arguments: [
            ("SMTP recipient 550: <a@x.example> unknown, queue 4XYZabc123", "SMTP recipient 550: <b@y.example> unknown, queue 9QRSdef456", true),
            ("SMTP recipient 550: unknown", "SMTP recipient 552: unknown", false), ("a@x.example", "b@y.example", true),
        ]
    )
    func kinds(one: String, other: String, areEqual: Bool) {
        #expect((RefusalStreak.kind(of: one) == RefusalStreak.kind(of: other)) == areEqual)
        #expect(!RefusalStreak.kind(of: one).isEmpty)
    }
}
