import TestSupport
import Testing

@testable import DeliveryService

@Suite("Precedence of transactional mail", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct SendRatePrecedenceTests {
    @Test("transactional mail goes before a campaign even where the account sends one message a second (I9)")
    func precedence() async throws {
        let bench = try await TransactionalBench(ScriptedTransport(rate: .known(1)))
        let limiter = SendRateLimiter(database: bench.database, account: "scripted", rate: .limited(1))
        try await limiter.prepare()
        #expect(try await limiter.take(1, for: .campaign) == .tokens(1))
        guard case .wait = try await limiter.take(1, for: .transactional) else {
            Issue.record("there was a second token within the second")
            return
        }
        try await bench.script("UPDATE delivery.send_rates SET refilled_at = refilled_at - interval '1 second'")
        guard case .wait(let seconds, _) = try await limiter.take(1, for: .campaign) else {
            Issue.record("the campaign took the token that transactional mail waits for")
            return
        }
        #expect(seconds > 0)
        #expect(try await limiter.take(1, for: .transactional) == .tokens(1))
    }

    @Test("a campaign leaves a whole token at a small rate (I9)")
    func wholeToken() async throws {
        let bench = try await TransactionalBench(ScriptedTransport(rate: .known(5)))
        let limiter = SendRateLimiter(database: bench.database, account: "scripted", rate: .limited(5))
        try await limiter.prepare()
        try await bench.script("UPDATE delivery.send_rates SET refilled_at = refilled_at - interval '9 seconds'")
        #expect(try await limiter.take(64, for: .campaign) == .tokens(4))
        #expect(try await limiter.take(1, for: .transactional) == .tokens(1))
    }
}
