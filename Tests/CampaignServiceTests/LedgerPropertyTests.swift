import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import Testing

@testable import CampaignService

/// Random interleavings of everything that touches the ledger, several workers at once.
@Suite("The ledger under everything at once", .campaignDatabase, .timeLimit(.minutes(2)))
struct LedgerPropertyTests {
    /// What a provider would have accepted: one for each attempt that a worker sent.
    final class Provider: Sendable {
        let accepted = Mutex<[Int64: Int]>([:])
        func accept(_ id: Int64) { accepted.withLock { $0[id, default: 0] += 1 } }
    }

    @Test("counters equal a recount, nobody is mailed twice without a resend, and nobody is lost", arguments: 1...4 as ClosedRange<UInt64>)
    func interleaving(_ seed: UInt64) async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 700, skipping: [3: .unverified])
        let batches = try await world.messages()
        let provider = Provider()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var random = SeededRandom(seed: seed &* 100 &+ UInt64(worker))
                    for step in 0..<25 { try await act(world, campaign, batches, provider, worker, step, &random) }
                }
            }
            try await group.waitForAll()
        }
        try await world.expectExactCounters("seed \(seed)")
        try await finish(world, campaign, batches, provider)
        try await world.expectExactCounters("seed \(seed), at the end")
        let rows = try await world.recipients()
        let resends = Dictionary(uniqueKeysWithValues: try await world.database.run(ResendsOfRows()).map { ($0.id, Int($0.resends)) })
        for (id, count) in provider.accepted.withLock({ $0 }) { #expect(count <= 1 + (resends[id] ?? 0), "I1: recipient \(id)") }
        #expect(rows.count == 700)
        #expect(rows.allSatisfy { $0.state != .pending && $0.state != .attempting }, "I2")
    }

    private func act(
        _ world: CampaignWorld,
        _ campaign: Campaign,
        _ batches: [EnqueueCampaignBatch],
        _ provider: Provider,
        _ worker: Int,
        _ step: Int,
        _ random: inout SeededRandom
    ) async throws {
        guard let batch = batches.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<12:
            try await work(world, campaign, batch, provider, &random)
        case 12..<16:
            let events = (0..<30).map { number in
                RecipientEvent(
                    eventID: "e\(Int.random(in: 0..<400, using: &random))",
                    recipientID: batch.recipientIDs.randomElement(using: &random) ?? 0,
                    type: number % 5 == 0 ? .unsubscribe : number % 2 == 0 ? .click : .open,
                    occurredAt: Timestamp(microseconds: Int64.random(in: 0..<1_000_000_000, using: &random)),
                    isHuman: Bool.random(using: &random),
                    unsubscribeScope: "client",
                    link: Int64.random(in: 0..<3, using: &random),
                    url: "https://example.com/\(Int.random(in: 0..<3, using: &random))"
                )
            }
            _ = try await world.api.call(ApplyTrackingEvents(events: events))
        case 16:
            _ = try await CampaignRound(handlers: world.handlers).sweep()
        case 17:
            // Unknown rows of a batch become due for the operator.
            let kind: ResendKind = Bool.random(using: &random) ? .failed : .unknown
            _ = try await world.api.call(ResendCampaign(address: world.address(), kind: kind))
        case 18:
            _ = try await world.api.call(PauseCampaign(address: world.address()))
            _ = try await world.api.call(ResumeCampaign(address: world.address()))
        default:
            try await world.expectExactCounters("worker \(worker), step \(step)")
        }
    }

    /// A window of a worker that may die between claim and record.
    private func work(
        _ world: CampaignWorld,
        _ campaign: Campaign,
        _ batch: EnqueueCampaignBatch,
        _ provider: Provider,
        _ random: inout SeededRandom
    ) async throws {
        let ids = Array(batch.recipientIDs.shuffled(using: &random).prefix(40))
        let claimed = try await world.claim(campaign, batch, ids)
        var outcomes: [AttemptOutcome] = []
        for (id, attempt) in zip(claimed.recipientIDs, claimed.attempts) {
            let kinds: [AttemptOutcome.Kind] = [.sent, .sent, .sent, .failed, .retry, .unknown]
            guard let kind = kinds.randomElement(using: &random) else { continue }
            if kind == .sent || (kind == .unknown && Bool.random(using: &random)) { provider.accept(id) }
            outcomes.append(AttemptOutcome(recipientID: id, attempt: attempt, kind: kind, reason: "r"))
        }
        if Int.random(in: 0..<4, using: &random) == 0 { outcomes.removeLast(outcomes.count / 2) }
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            _ = try await world.api.call(RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: outcomes))
        }
    }

    /// Deadlines pass, workers go on, until the campaign is at its end.
    private func finish(_ world: CampaignWorld, _ campaign: Campaign, _ batches: [EnqueueCampaignBatch], _ provider: Provider) async throws {
        try await world.expireAttempts()
        _ = try await CampaignRound(handlers: world.handlers).sweep()
        for batch in batches {
            while true {
                let waiting = try await world.database.run(
                    PendingInBatch(
                        range: BatchRange(
                            campaignID: campaign.id,
                            firstBatch: batch.batchID,
                            lastBatch: batch.batchID,
                            firstRecipient: 0,
                            lastRecipient: .max
                        )
                    )
                )
                let claimed = try await world.claim(campaign, batch, waiting)
                if claimed.recipientIDs.isEmpty { break }
                for id in claimed.recipientIDs { provider.accept(id) }
                try await world.record(campaign, batch, claimed, .sent)
            }
        }
        #expect(try await world.campaign().status == .sent)
    }
}
