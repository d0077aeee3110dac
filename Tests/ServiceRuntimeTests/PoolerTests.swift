import JSONRPC
import Postgres
@testable import ServiceRuntime
import TestSupport
import Testing

@Suite("Behind pgbouncer in transaction mode", .database(OutboxFixture.sender, OutboxFixture.receiver), .timeLimit(.minutes(1)))
struct PoolerTests {
    @Test("many tasks share two server connections, without a prepared statement that another connection has")
    func statements() async throws {
        try await PgBouncer.run { pooler in
            try await withPool(pooler, role: "datamailer_audience") { pool in
                try await pool.prepareAll([AddNote.self, AllNotes.self])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<40 {
                        group.addTask {
                            try await pool.transaction { transaction in
                                try await transaction.execute(AddNote(text: "t\(number)"))
                                _ = try await transaction.run(AllNotes())
                            }
                            try await pool.pipeline([AddNote(text: "p\(number)"), AddNote(text: "q\(number)")])
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await pool.run(AllNotes()).count == 120)
            }
        }
    }

    @Test("LISTEN goes past the pooler: a notification that is sent through it is heard")
    func listening() async throws {
        try await PgBouncer.run { pooler in
            try await withPool(pooler, role: "datamailer_audience") { pool in
                var heard = pool.listen("news").makeAsyncIterator()
                #expect(await heard.next() == "")
                try await pool.withConnection { try await $0.script("NOTIFY news, 'hello'") }
                #expect(await heard.next() == "hello")
            }
        }
    }

    @Test("the lock of an outbox is one process's alone for as long as it holds it, and free afterwards")
    func lock() async throws {
        try await PgBouncer.run { pooler in
            try await withPool(pooler) { first in
                try await withPool(pooler) { second in
                    let own = try await first.withSession { session in
                        var answers = [try await session.first(TryOutboxLock(schema: "campaign"))]
                        // So many statements that every server connection of the pooler has had some.
                        for _ in 0..<20 { answers.append(try await Self.lock(second)) }
                        answers.append(try await session.first(ReleaseOutboxLock(schema: "campaign")))
                        return answers
                    }
                    #expect(own == [true] + [Bool](repeating: false, count: 20) + [true])
                    #expect(try await Self.lock(second) == true)
                }
            }
        }
    }

    @Test("two pushers at once carry every item, each once, and leave the lock free")
    func pushers() async throws {
        try await PgBouncer.run { pooler in
            let outbox = Outbox(schema: "campaign")
            let calls = Calls()
            try await withPool(pooler) { pool in
                try await pool.transaction { transaction in
                    for number in 0..<60 { try await outbox.add(Note(text: "item \(number)"), to: .audience, in: transaction) }
                }
                let caller = OutboxFixture.caller { note, key in
                    calls.add(note.text, key)
                    return RecordedNote(length: 0)
                }
                try await withPool(pooler) { other in
                    let pushers = [pool, other].map { OutboxFixture.pusher(outbox, $0) { _ in caller } }
                    while try await outbox.pendingCount(pool) > 0 {
                        async let first = pushers[0].session()
                        async let second = pushers[1].session()
                        _ = try await (first, second)
                    }
                }
                #expect(calls.texts == (0..<60).map { "item \($0)" })
                #expect(try await Self.lock(pool) == true)
            }
        }
    }

    /// Tries to take the lock in a session of its own.
    private static func lock(_ pool: PostgresPool) async throws -> Bool? {
        try await pool.withSession { try await $0.first(TryOutboxLock(schema: "campaign")) }
    }

    /// A service's pool as the configuration makes it behind a pooler.
    private func withPool(_ pooler: PgBouncer, role: String = "datamailer_campaign", _ body: (PostgresPool) async throws -> Void) async throws {
        let database = try #require(TestDatabase.current)
        let pool = PostgresPool(
            PostgresConfiguration(
                connectionString: pooler.url(database, role: role),
                directConnectionString: database.url(role: role),
                maximumConnections: 8,
                applicationName: "test",
                usesPreparedStatements: false
            ),
            logger: OutboxFixture.logger
        )
        do {
            try await body(pool)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}
