import Contracts
import JSONRPC
import Model
import Synchronization
import Testing

@testable import CampaignService

@Suite("Candidates that are too large", .campaignDatabase, .timeLimit(.minutes(1)))
struct LargeCandidateTests {
    @Test("one candidate that no line can hold fails the campaign with the place, and those before it are settled")
    func failed() async throws {
        let world = try CampaignWorld()
        world.audience.add(20)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        var handlers = world.handlers
        handlers.audience = LineLimit(inner: world.audience.caller, tooLarge: 11)
        let id = try await world.campaign().id
        #expect(try await CampaignSnapshot(handlers: handlers).step(id) == .more)
        #expect(try await CampaignSnapshot(handlers: handlers).step(id) == .stopped)
        let campaign = try await world.campaign()
        #expect(campaign.status == .failed)
        #expect(campaign.statusReason.contains("behind 10 are too large"))
        #expect(campaign.statistics.skippedCount == 10)
        try await world.expectExactCounters()
    }

    @Test("a page that Audience ended early is followed by one of about its size")
    func adaptive() async throws {
        let world = try CampaignWorld()
        world.audience.add(3_000)
        world.audience.state.withLock { $0.pageSize = 1_000 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let limits = Mutex<[Int]>([])
        var handlers = world.handlers
        handlers.audience = LineLimit(inner: world.audience.caller, tooLarge: 0) { limit in limits.withLock { $0.append(limit) } }
        let id = try await world.campaign().id
        #expect(try await CampaignSnapshot(handlers: handlers).step(id, pages: 10) == .complete)
        #expect(limits.withLock { $0 } == [10_000, 2_000, 2_000])
        #expect(try await world.campaign().statistics.recipientCount == 3_000)
    }
}

/// Audience behind a wire whose lines hold every contact but one.
private struct LineLimit: RPCCaller {
    let inner: any RPCCaller
    let tooLarge: Int64
    var asked: @Sendable (Int) -> Void = { _ in }

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        if let call = method as? CampaignCandidates { asked(call.limit) }
        let result = try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
        if let page = result as? CandidatePage, page.contactIDs.contains(tooLarge) {
            throw .refused(code: RPCErrorCode.answerTooLong.rawValue, message: "Answer too long")
        }
        return result
    }
}
