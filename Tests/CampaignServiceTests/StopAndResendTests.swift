import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import Testing

@testable import CampaignService

@Suite("Cancel, pause, resume, resend", .campaignDatabase, .timeLimit(.minutes(1)))
struct StopAndResendTests {
    @Test("cancel skips what waits, counts it exactly, and again it does nothing")
    func cancel() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 1_200)
        let messages = try await world.messages()
        let claimed = try await world.claim(campaign, messages[0])
        let cancelled = try await world.api.call(CancelCampaign(address: world.address()))
        #expect(cancelled.cancelled)
        #expect(cancelled.skippedCount == 1_136)
        #expect(cancelled.campaign.status == .cancelled)
        let again = try await world.api.call(CancelCampaign(address: world.address()))
        #expect(!again.cancelled)
        #expect(again.skippedCount == 0)
        #expect(try await world.claim(campaign, messages[1]).disposition == .ended)
        // What was handed out finishes by itself.
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == true)
        #expect(try await world.record(campaign, messages[0], claimed, .sent) == 64)
        #expect(try await world.campaign().statistics.sentCount == 64)
        _ = try await CampaignRound(handlers: world.handlers).sweep()
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == false)
        try await world.expectExactCounters()
    }

    @Test("a row that comes back after a cancel is settled by the sweep")
    func cancelThenRetry() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        _ = try await world.api.call(CancelCampaign(address: world.address()))
        try await world.record(campaign, batch, claimed, .retry)
        try await world.sql("UPDATE campaign.campaigns SET ended_at = ended_at - interval '2 minutes'")
        _ = try await CampaignRound(handlers: world.handlers).sweep()
        #expect(try await world.recipients(state: .skipped).map(\.skipReason) == [.campaignCancelled, .campaignCancelled])
        try await world.expectExactCounters()
    }

    @Test("claims and a cancel at the same time leave no row in between")
    func race() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 600)
        let messages = try await world.messages()
        let taken = try await withThrowingTaskGroup(of: Int.self) { group in
            for start in stride(from: 0, to: 500, by: 50) {
                group.addTask {
                    try await world.claim(campaign, messages[0], Array(messages[0].recipientIDs[start..<start + 50])).recipientIDs.count
                }
            }
            group.addTask {
                _ = try await world.api.call(CancelCampaign(address: world.address()))
                return 0
            }
            return try await group.reduce(0, +)
        }
        let statistics = try await world.campaign().statistics
        #expect(statistics.pendingCount == 0)
        #expect(Int(statistics.attemptingCount) == taken)
        #expect(Int(statistics.skippedCount) == 600 - taken)
        try await world.expectExactCounters()
    }

    @Test("a claim that asked before the cancel takes nothing after it")
    func cancelWhileAsked() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        world.audience.state.withLock { $0.whileAsked = { _ = try await world.api.call(CancelCampaign(address: world.address())) } }
        #expect(try await world.claim(campaign, batch).recipientIDs.isEmpty)
        #expect(try await world.campaign().statistics.skippedCount == 3)
    }

    @Test("cancel works at any time before the end and is refused after it (D10)")
    func cancelAnywhere() async throws {
        let world = try CampaignWorld()
        try await world.put("draft")
        let draft = try await world.api.call(CancelCampaign(address: world.address("draft")))
        #expect(draft.cancelled && draft.skippedCount == 0)
        #expect(try await world.api.call(QueueCampaign(address: world.address("draft"))).queued == false)
        _ = try await world.started("done", contacts: 0)
        await #expect(throws: RPCCallError<ValidationFailure>.self) {
            _ = try await world.api.call(CancelCampaign(address: world.address("done")))
        }
    }

    @Test("pause stops claims, resume goes on with new messages for what waits (D10)")
    func pause() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch, [batch.recipientIDs[0]])
        for _ in 0..<2 { #expect(try await world.api.call(PauseCampaign(address: world.address())).campaign.status == .paused) }
        #expect(try await world.claim(campaign, batch).disposition == .paused)
        #expect(try await world.record(campaign, batch, claimed, .sent) == 1)
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == false)
        try await world.sql("DELETE FROM campaign.outbox")
        for _ in 0..<2 { #expect(try await world.api.call(ResumeCampaign(address: world.address())).campaign.status == .sending) }
        #expect(try await CampaignRound(handlers: world.handlers).enqueueMarked() == 1)
        let message = try #require(try await world.messages().first)
        #expect(message.generation == 1)
        #expect(message.recipientIDs == Array(batch.recipientIDs.dropFirst()))
    }

    @Test("a pause in the snapshot lets it go on and nothing be claimed; resume finds its place")
    func pausedSnapshot() async throws {
        let world = try CampaignWorld()
        world.audience.add(20)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let campaign = try await world.campaign()
        _ = try await CampaignSnapshot(handlers: world.handlers).step(campaign.id)
        #expect(try await world.campaign().status == .snapshotting)
        _ = try await world.api.call(PauseCampaign(address: world.address()))
        try await world.snapshot()
        #expect(try await world.campaign().status == .paused)
        #expect(try await world.campaign().statistics.pendingCount == 20)
        let batch = try #require(try await world.messages().first)
        #expect(try await world.claim(campaign, batch).disposition == .paused)
        #expect(try await world.api.call(ResumeCampaign(address: world.address())).campaign.status == .sending)
    }

    @Test("a campaign whose last row ends while it is paused is sent when it is resumed")
    func pausedEnd() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 1)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        _ = try await world.api.call(PauseCampaign(address: world.address()))
        try await world.record(campaign, batch, claimed, .sent)
        #expect(try await world.campaign().status == .paused)
        #expect(try await world.api.call(ResumeCampaign(address: world.address())).campaign.status == .sent)
    }

    @Test("an acceptance that is told after the operator asked for a resend settles the row: there is no second copy (I1)")
    func lateAcceptance() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        try await world.expireAttempts()
        _ = try await CampaignRound(handlers: world.handlers).sweep()
        #expect(try await world.api.call(ResendCampaign(address: world.address(), kind: .unknown)).resentCount == 2)
        // One outcome was only slow; of the other attempt nothing is ever heard.
        let outcome = AttemptOutcome(recipientID: batch.recipientIDs[0], attempt: 1, kind: .sent, providerMessageID: "m")
        let call = RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: [outcome])
        #expect(try await world.api.call(call).recorded == 1)
        let again = try await world.claim(campaign, batch)
        #expect(claimed.recipientIDs.count == 2 && again.recipientIDs == [batch.recipientIDs[1]] && again.attempts == [2])
        #expect(try await world.recipients().map(\.state) == [.sent, .attempting])
        try await world.expectExactCounters()
    }

    @Test("a draft cannot be paused, resumed or resent")
    func refusals() async throws {
        let world = try CampaignWorld()
        try await world.put()
        await #expect(throws: RPCCallError<ValidationFailure>.self) {
            _ = try await world.api.call(PauseCampaign(address: world.address()))
        }
        await #expect(throws: RPCCallError<ValidationFailure>.self) {
            _ = try await world.api.call(ResumeCampaign(address: world.address()))
        }
        await #expect(throws: RPCCallError<ValidationFailure>.self) {
            _ = try await world.api.call(ResendCampaign(address: world.address(), kind: .failed))
        }
    }

    @Test("a resend sends the unknown rows once more and only them; the same key asks once")
    func resend() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        let kinds: [AttemptOutcome.Kind] = [.sent, .failed, .unknown]
        var claims: [ClaimedRecipients] = []
        for (id, kind) in zip(batch.recipientIDs, kinds) {
            let claimed = try await world.claim(campaign, batch, [id])
            claims.append(claimed)
            try await world.record(campaign, batch, claimed, kind)
        }
        #expect(try await world.campaign().status == .sent)
        try await world.sql("DELETE FROM campaign.outbox")
        let resent = try await world.api.call(ResendCampaign(address: world.address(), kind: .unknown), idempotencyKey: "k")
        #expect(resent.resentCount == 1)
        #expect(resent.campaign.status == .sending)
        #expect(resent.campaign.sentAt == nil)
        #expect(try await world.api.call(ResendCampaign(address: world.address(), kind: .unknown), idempotencyKey: "k").resentCount == 0)
        #expect(try await CampaignRound(handlers: world.handlers).enqueueMarked() == 1)
        let message = try #require(try await world.messages().first)
        #expect(message.recipientIDs == [batch.recipientIDs[2]])
        let second = try await world.claim(campaign, message)
        #expect(second.attempts == [2])
        // The first attempt's outcome comes late: the row is no longer its.
        #expect(try await world.record(campaign, batch, claims[2], .sent) == 0)
        try await world.record(campaign, message, second, .sent)
        let done = try await world.campaign()
        #expect(done.status == .sent)
        #expect(done.statistics.sentCount == 2)
        #expect(done.statistics.failedCount == 1)
        try await world.expectExactCounters()
    }

    @Test("a resend that finds nothing leaves the campaign sent")
    func nothingToResend() async throws {
        let world = try CampaignWorld()
        _ = try await world.started(contacts: 0)
        let resent = try await world.api.call(ResendCampaign(address: world.address(), kind: .failed))
        #expect(resent.resentCount == 0)
        #expect(resent.campaign.status == .sent)
    }
}
