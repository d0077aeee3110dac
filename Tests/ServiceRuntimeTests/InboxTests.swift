import Postgres
import ServiceRuntime
import TestSupport
import Testing

@Suite("Inbox", .database(OutboxFixture.receiver), .timeLimit(.minutes(1)))
struct InboxTests {
    let inbox = Inbox(schema: "audience")

    private func pool() throws -> PostgresPool { try #require(TestDatabase.current).pool(asRole: "datamailer_audience") }

    @Test("a key is first once; no key is always first")
    func once() async throws {
        let pool = try pool()
        #expect(try await inbox.isFirst("campaign:1", in: pool))
        #expect(try await !inbox.isFirst("campaign:1", in: pool))
        #expect(try await inbox.isFirst("campaign:2", in: pool))
        #expect(try await inbox.isFirst(nil, in: pool))
        #expect(try await inbox.isFirst(nil, in: pool))
    }

    @Test("an effect that was rolled back is applied by the repetition")
    func rollback() async throws {
        let pool = try pool()
        await #expect(throws: BrokenReceiver.self) {
            try await pool.transaction { transaction in
                #expect(try await inbox.isFirst("campaign:1", in: transaction))
                throw BrokenReceiver()
            }
        }
        #expect(try await inbox.isFirst("campaign:1", in: pool))
    }

    @Test("of two deliveries at the same time one is first")
    func concurrent() async throws {
        let pool = try pool()
        let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await pool.transaction { try await inbox.isFirst("campaign:1", in: $0) } } }
            var count = 0
            for try await isFirst in group where isFirst { count += 1 }
            return count
        }
        #expect(firsts == 1)
    }

    @Test("only old items are forgotten")
    func prune() async throws {
        let pool = try pool()
        #expect(try await inbox.isFirst("campaign:1", in: pool))
        #expect(try await inbox.prune(olderThanDays: 1, in: pool) == 0)
        #expect(try await inbox.prune(olderThanDays: -1, in: pool) == 1)
    }
}
