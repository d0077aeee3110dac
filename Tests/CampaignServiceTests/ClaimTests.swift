import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import Testing

@testable import CampaignService

@Suite("Claims and outcomes", .campaignDatabase, .timeLimit(.minutes(1)))
struct ClaimTests {
    @Test("rows are claimed once: the second claim gets nothing and is told that they are held")
    func once() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        #expect(claimed.disposition == .sending)
        #expect(claimed.recipientIDs == batch.recipientIDs)
        #expect(claimed.attempts == [1, 1, 1])
        #expect(claimed.emails == ["person1@example.com", "person2@example.com", "person3@example.com"])
        #expect(claimed.mergeFields.first == "{\"attributes\":{\"first_name\":\"tab\\tname 1\"}}")
        let again = try await world.claim(campaign, batch, worker: "w2")
        #expect(again.recipientIDs.isEmpty)
        #expect(again.heldIDs == batch.recipientIDs)
        #expect(try await world.campaign().statistics.attemptingCount == 3)
        try await world.expectExactCounters()
    }

    @Test("two workers that claim the same rows at the same time get disjoint ones")
    func disjoint() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 64)
        let batch = try #require(try await world.messages().first)
        let all = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for worker in 0..<6 { group.addTask { try await world.claim(campaign, batch, worker: "w\(worker)").recipientIDs } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(all.sorted() == batch.recipientIDs)
        try await world.expectExactCounters()
    }

    @Test("who unsubscribed between snapshot and claim is skipped with the reason, not mailed (D6, I3)")
    func eligibility() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        world.audience.state.withLock { $0.refusals = [2: .clientUnsubscribe] }
        let claimed = try await world.claim(campaign, batch)
        #expect(claimed.contactIDs == [1, 3])
        #expect(claimed.heldIDs.isEmpty)
        #expect(try await world.recipients(state: .skipped).map(\.skipReason) == [.clientUnsubscribe])
        try await world.expectExactCounters()
    }

    @Test("an answer of Audience that is old news takes nothing")
    func staleAnswer() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let asked = try #require(
            try await world.database.first(
                ClaimCandidates(campaignID: campaign.id, batchID: batch.batchID, recipientIDs: batch.recipientIDs)
            )
        )
        let rows = try await world.database.run(
            ClaimRows(
                campaignID: campaign.id,
                batchID: batch.batchID,
                recipientIDs: batch.recipientIDs,
                checkedIDs: batch.recipientIDs,
                refusals: ["", ""],
                askedAt: asked.askedAt.adding(.seconds(-6)),
                worker: "w"
            )
        )
        #expect(rows.map(\.fate) == [.held, .held])
        #expect(try await world.campaign().statistics.pendingCount == 2)
    }

    @Test("rows that were not checked are not taken")
    func unchecked() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let asked = try #require(
            try await world.database.first(
                ClaimCandidates(campaignID: campaign.id, batchID: batch.batchID, recipientIDs: batch.recipientIDs)
            )
        )
        let rows = try await world.database.run(
            ClaimRows(
                campaignID: campaign.id,
                batchID: batch.batchID,
                recipientIDs: batch.recipientIDs,
                checkedIDs: [batch.recipientIDs[0]],
                refusals: [""],
                askedAt: asked.askedAt,
                worker: "w"
            )
        )
        #expect(rows.map(\.fate) == [.claimed, .held])
    }

    @Test("without an answer of Audience nothing is claimed")
    func audienceAway() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        world.audience.state.withLock { $0.whileAsked = { throw FakeAudience.Away() } }
        await #expect(throws: RPCCallError<NoFailure>.self) { _ = try await world.claim(campaign, batch) }
        #expect(try await world.campaign().statistics.pendingCount == 2)
    }

    @Test("outcomes move rows and counters; the campaign is sent when the last batch is done (D10)")
    func outcomes() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 4)
        let batch = try #require(try await world.messages().first)
        let ids = batch.recipientIDs
        let kinds: [AttemptOutcome.Kind] = [.sent, .failed, .unknown, .retry]
        for (id, kind) in zip(ids, kinds) {
            let claimed = try await world.claim(campaign, batch, [id])
            #expect(try await world.record(campaign, batch, claimed, kind) == 1)
        }
        #expect(try await world.campaign().status == .sending)
        let last = try await world.claim(campaign, batch)
        #expect(last.recipientIDs == [ids[3]])
        #expect(last.attempts == [2])
        try await world.record(campaign, batch, last, .sent)
        let done = try await world.campaign()
        #expect(done.status == .sent)
        #expect(done.sentAt == world.clock.now())
        #expect(done.statistics.sentCount == 2)
        #expect(done.statistics.failedCount == 1)
        #expect(done.statistics.unknownCount == 1)
        #expect(try await world.recipients(state: .sent).map(\.providerMessageID) == ["m\(ids[0])", "m\(ids[3])"])
        #expect(try await world.recipients(state: .failed).map(\.lastError) == ["because"])
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == false)
        #expect(try await world.claim(campaign, batch).disposition == .ended)
        try await world.expectExactCounters()
    }

    @Test("an outcome of an old attempt, a repeated one and one of another batch are refused")
    func guards() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 600)
        let messages = try await world.messages()
        let batch = messages[0]
        let id = batch.recipientIDs[0]
        let first = try await world.claim(campaign, batch, [id])
        #expect(try await world.record(campaign, messages[1], first, .sent) == 0)
        #expect(try await world.record(campaign, batch, first, .retry) == 1)
        #expect(try await world.record(campaign, batch, first, .retry) == 0)
        let second = try await world.claim(campaign, batch, [id])
        #expect(second.attempts == [2])
        #expect(try await world.record(campaign, batch, first, .failed) == 0)
        #expect(try await world.record(campaign, batch, second, .sent) == 1)
        #expect(try await world.record(campaign, batch, second, .failed) == 0)
        #expect(try await world.recipients(state: .sent).map(\.id.rawValue) == [id])
        try await world.expectExactCounters()
    }

    @Test("a row that waits for its time is deferred with the seconds left")
    func deferred() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch, [batch.recipientIDs[0]])
        try await world.record(campaign, batch, claimed, .retry, retryAfter: 100)
        let next = try await world.claim(campaign, batch)
        #expect(next.recipientIDs == [batch.recipientIDs[1]])
        #expect(next.deferredIDs == [batch.recipientIDs[0]])
        #expect((95...100).contains(next.deferredSeconds))
        #expect(next.heldIDs.isEmpty)
    }

    @Test("an attempt past its deadline becomes unknown, never pending, and a late sent heals it (D9)")
    func expiry() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        try await world.expireAttempts()
        let again = try await world.claim(campaign, batch, worker: "w2")
        #expect(again.recipientIDs.isEmpty && again.heldIDs.isEmpty && again.deferredIDs.isEmpty)
        #expect(try await world.campaign().statistics.unknownCount == 3)
        #expect(try await world.campaign().status == .sent)
        var one = claimed
        one.recipientIDs = [claimed.recipientIDs[0]]
        one.attempts = [claimed.attempts[0]]
        #expect(try await world.record(campaign, batch, one, .failed) == 0)
        #expect(try await world.record(campaign, batch, one, .retry) == 0)
        #expect(try await world.record(campaign, batch, one, .sent) == 1)
        let statistics = try await world.campaign().statistics
        #expect(statistics.unknownCount == 2)
        #expect(statistics.sentCount == 1)
        try await world.expectExactCounters()
    }

    @Test("the sweep settles a dead worker's rows without any message coming back")
    func sweep() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 5)
        let batch = try #require(try await world.messages().first)
        _ = try await world.claim(campaign, batch, Array(batch.recipientIDs.prefix(2)))
        let round = CampaignRound(handlers: world.handlers)
        #expect(try await round.sweep() == 0)
        #expect(try await world.campaign().statistics.attemptingCount == 2)
        try await world.expireAttempts()
        #expect(try await round.sweep() == 1)
        let statistics = try await world.campaign().statistics
        #expect(statistics.unknownCount == 2)
        #expect(statistics.pendingCount == 3)
        try await world.expectExactCounters()
    }

    @Test("rows that no message covers get a new one with the next generation, and not again before it is old")
    func stalled() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 5)
        let batch = try #require(try await world.messages().first)
        try await world.sql("DELETE FROM campaign.outbox")
        let round = CampaignRound(handlers: world.handlers)
        #expect(try await round.sweep() == 0)
        let claimed = try await world.claim(campaign, batch, [batch.recipientIDs[0]])
        try await world.record(campaign, batch, claimed, .sent)
        try await world.sql(
            "UPDATE campaign.batches SET active_at = active_at - interval '3 minutes', enqueued_at = enqueued_at - interval '3 minutes'"
        )
        #expect(try await round.sweep() == 1)
        #expect(try await round.enqueueMarked() == 1)
        let message = try #require(try await world.messages().first)
        #expect(message.generation == 1)
        #expect(message.recipientIDs == Array(batch.recipientIDs.dropFirst()))
        try await world.sql("DELETE FROM campaign.outbox")
        try await world.sql(
            "UPDATE campaign.batches SET active_at = active_at - interval '3 minutes', enqueued_at = enqueued_at - interval '3 minutes'"
        )
        #expect(try await round.sweep() == 0)
    }

    @Test("a claim or outcome for a campaign or batch that does not exist ends the message")
    func nothingThere() async throws {
        let world = try CampaignWorld()
        let claimed = try await world.api.call(
            ClaimRecipients(campaignID: CampaignID(5), batchID: BatchID(1), recipientIDs: [1], worker: "w")
        )
        #expect(claimed.disposition == .ended)
        let outcome = AttemptOutcome(recipientID: 1, attempt: 1, kind: .sent)
        #expect(try await world.api.call(RecordOutcomes(campaignID: CampaignID(5), batchID: BatchID(1), outcomes: [outcome])).recorded == 0)
    }
}
