import Postgres
import TestSupport
import Testing

@testable import DeliveryService

@Suite("The send rate", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct SendRateLimiterTests {
    private func limiter(_ rate: SendRate) async throws -> (SendRateLimiter, PostgresPool) {
        let bench = try DeliveryBench()
        let limiter = SendRateLimiter(database: bench.database, account: "a", rate: rate)
        try await limiter.prepare()
        return (limiter, bench.database)
    }

    /// Moves the bucket's clock back instead of waiting.
    private func pass(_ seconds: Double) async throws {
        try await #require(TestDatabase.current).pool().withConnection { connection in
            try await connection.script("UPDATE delivery.send_rates SET refilled_at = refilled_at - interval '\(seconds) seconds'")
        }
    }

    /// Until the next take nothing is refilled.
    private func freeze() async throws {
        try await #require(TestDatabase.current).pool().withConnection { connection in
            try await connection.script("UPDATE delivery.send_rates SET refilled_at = clock_timestamp() + interval '1 hour'")
        }
    }

    private func granted(_ grant: SendRateLimiter.Grant) -> Int { if case .tokens(let count) = grant { count } else { 0 } }

    @Test("a bucket holds one second's worth and no more, however long nobody sent")
    func capacity() async throws {
        let (limiter, _) = try await limiter(.limited(10))
        try await pass(3_600)
        #expect(try await limiter.take(64, for: .transactional) == .tokens(10))
        guard case .wait(let seconds, "send rate") = try await limiter.take(64, for: .transactional) else {
            Issue.record("more than a second's worth")
            return
        }
        #expect(seconds > 0 && seconds <= 0.1)
    }

    @Test("two workers together get no more than the rate over many takes, by the database's clock (D22)")
    func honoured() async throws {
        let (limiter, database) = try await limiter(.limited(50))
        let other = SendRateLimiter(database: database, account: "a", rate: .limited(50))
        let started = ContinuousClock.now
        var total = granted(try await limiter.take(64, for: .transactional))
        while total < 100 {
            async let first = limiter.take(7, for: .transactional)
            async let second = other.take(7, for: .transactional)
            total += granted(try await first) + granted(try await second)
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        // 50 at once, and the others at 50 a second.
        #expect(seconds > 0.95 && Double(total) <= 50 + 50 * (seconds + 0.1) + 1)
    }

    @Test("a campaign never takes the last tenth (I9)")
    func reserve() async throws {
        let (limiter, _) = try await limiter(.limited(100))
        try await pass(10)
        #expect(granted(try await limiter.take(100, for: .campaign)) == 90)
        try await freeze()
        #expect(granted(try await limiter.take(1, for: .campaign)) == 0)
        try await freeze()
        #expect(granted(try await limiter.take(20, for: .transactional)) == 10)
    }

    @Test("throttling cuts the pace by 30 % and it recovers by 1 % of the allowed rate a second, to no more than that")
    func throttled() async throws {
        let (limiter, _) = try await limiter(.limited(100))
        try await limiter.slowDown()
        try await pass(1)
        #expect((71...76).contains(granted(try await limiter.take(100, for: .transactional))))
        try await pass(15)
        #expect((86...92).contains(granted(try await limiter.take(100, for: .transactional))))
        try await pass(3_600)
        #expect(granted(try await limiter.take(200, for: .transactional)) == 100)
    }

    @Test("a blocked account grants nothing until its time is over, with the reason")
    func blocked() async throws {
        for rate in [SendRate.limited(10), .unlimited] {
            let (limiter, _) = try await limiter(rate)
            try await limiter.block(seconds: 600, reason: "Daily message quota exceeded")
            guard case .wait(let seconds, let reason) = try await limiter.take(5, for: .transactional) else {
                Issue.record("granted although blocked")
                return
            }
            #expect(seconds > 595 && seconds <= 600 && reason == "Daily message quota exceeded")
            // A shorter block does not end a longer one.
            try await limiter.block(seconds: 1, reason: "short")
            guard case .wait(let left, _) = try await limiter.take(5, for: .transactional) else {
                Issue.record("the shorter block ended the longer one")
                return
            }
            #expect(left > 590)
            try await #require(TestDatabase.current).pool().withConnection { connection in
                try await connection.script("UPDATE delivery.send_rates SET blocked_until = clock_timestamp() - interval '1 second'")
            }
            #expect(granted(try await limiter.take(5, for: .transactional)) == 5)
        }
    }

    @Test("unused tokens go back, and never fill the bucket above a second's worth")
    func givenBack() async throws {
        let (limiter, _) = try await limiter(.limited(10))
        #expect(granted(try await limiter.take(10, for: .transactional)) == 10)
        try await limiter.giveBack(4)
        try await freeze()
        #expect(granted(try await limiter.take(10, for: .transactional)) == 4)
        try await limiter.giveBack(1_000)
        #expect(granted(try await limiter.take(100, for: .transactional)) == 10)
    }

    @Test("a rate that nobody has learnt is one a second, and does not replace one that was learnt")
    func notLearned() async throws {
        let (unknown, database) = try await limiter(.notLearned)
        #expect(granted(try await unknown.take(10, for: .campaign)) == 1)
        #expect(granted(try await unknown.take(10, for: .campaign)) == 0)
        try await SendRateLimiter(database: database, account: "a", rate: .limited(20)).prepare()
        try await unknown.prepare()
        try await pass(10)
        #expect(granted(try await unknown.take(64, for: .transactional)) == 20)
    }

    @Test("a rate below one a second is kept too")
    func slow() async throws {
        let (limiter, _) = try await limiter(.limited(0.5))
        try await pass(10)
        #expect(granted(try await limiter.take(10, for: .campaign)) == 1)
        guard case .wait(let seconds, _) = try await limiter.take(10, for: .campaign) else {
            Issue.record("faster than the rate")
            return
        }
        #expect(seconds == 2)
    }

    @Test("the smaller of the provider's and the configured rate counts")
    func rates() {
        #expect(SendRate(provider: .known(14), configured: nil) == .limited(14))
        #expect(SendRate(provider: .known(14), configured: 5) == .limited(5))
        #expect(SendRate(provider: .known(14), configured: 50) == .limited(14))
        #expect(SendRate(provider: .notLearned, configured: 5) == .limited(5))
        #expect(SendRate(provider: .notLearned, configured: nil) == .notLearned)
        #expect(SendRate(provider: .unlimited, configured: nil) == .unlimited)
    }
}
