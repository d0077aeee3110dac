import Contracts
import JSON
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

/// What every backend of ``MessageQueue`` must do.
@Suite("A queue", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct MessageQueueTests {
    private let bench: DeliveryBench
    private var queue: PostgresQueue { bench.queue }

    init() throws { bench = try DeliveryBench() }

    /// All leases run out.
    private func expire() async throws {
        try await #require(TestDatabase.current).pool().withConnection { connection in
            try await connection.script("UPDATE delivery.queue_messages SET visible_at = clock_timestamp() - interval '1 second'")
        }
    }

    private func bodies(_ count: Int) -> [String] { (0..<count).map { "body \($0)" } }

    @Test("every statement fits the migrated schema")
    func statements() async throws { try await bench.database.prepareAll(DeliveryStatements.all) }

    @Test("workers side by side get different messages, and all of them")
    func disjoint() async throws {
        try await queue.send(.campaignEmail, bodies: bodies(300), delay: .zero)
        let received = try await withThrowingTaskGroup(of: [ReceivedMessage].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var mine: [ReceivedMessage] = []
                    while true {
                        let more = try await queue.receive(.campaignEmail, limit: 7)
                        if more.isEmpty { return mine }
                        mine += more
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(received.count == 300)
        #expect(Set(received.map(\.body)) == Set(bodies(300)))
        #expect(Set(received.map(\.receipt)).count == 300)
    }

    @Test("a message whose lease ran out comes again, and the old receipt changes nothing any more")
    func staleReceipt() async throws {
        try await queue.send(.campaignEmail, bodies: ["x"], delay: .zero)
        let first = try #require(try await queue.receive(.campaignEmail, limit: 1).first)
        #expect(try await queue.receive(.campaignEmail, limit: 1).isEmpty)
        #expect(try await queue.extend(first))
        try await expire()
        let second = try #require(try await queue.receive(.campaignEmail, limit: 1).first)
        #expect(second.id == first.id && second.receiveCount == 2)
        #expect(try await queue.extend(first) == false)
        try await queue.release(first)
        try await queue.delete(first)
        try await queue.bury(first, reason: "stale")
        #expect(try await queue.receive(.campaignEmail, limit: 1).isEmpty)
        #expect(try await queue.extend(second))
        try await queue.delete(second)
        try await expire()
        #expect(try await queue.receive(.campaignEmail, limit: 1).isEmpty)
        #expect(try await bench.database.run(CountQueues()).allSatisfy { $0.waiting + $0.inFlight + $0.dead == 0 })
    }

    @Test("a message that was received too often goes to the dead letters, others come instead, and a redrive brings it back")
    func deadLetters() async throws {
        try await queue.send(.campaignEmail, bodies: ["poison"], delay: .zero)
        for _ in 0..<QueueName.receiveLimit {
            #expect(try await queue.receive(.campaignEmail, limit: 1).count == 1)
            try await expire()
        }
        try await queue.send(.campaignEmail, bodies: ["good"], delay: .zero)
        #expect(try await queue.receive(.campaignEmail, limit: 1).map(\.body) == ["good"])
        let dead = try await bench.database.run(PeekMessages(queue: .campaignEmail, dead: true, limit: 10))
        #expect(dead.count == 1 && dead.first?.body == .string("poison"))
        #expect(try await bench.database.execute(RedriveMessages(queue: .campaignEmail)) == 1)
        let again = try #require(try await queue.receive(.campaignEmail, limit: 1).first)
        #expect(again.body == "poison" && again.receiveCount == 1)
    }

    @Test("a released message is there at once and the reception does not count")
    func released() async throws {
        try await queue.send(.campaignEmail, bodies: ["x"], delay: .zero)
        for _ in 0..<20 {
            let message = try #require(try await queue.receive(.campaignEmail, limit: 1).first)
            #expect(message.receiveCount == 1)
            try await queue.release(message)
        }
    }

    @Test("a delayed message stays away until its time, and queues do not see each other's")
    func delayed() async throws {
        try await queue.send(.campaignEmail, bodies: ["late"], delay: .seconds(600))
        try await queue.send(.transactionalEmail, bodies: ["other"], delay: .zero)
        #expect(try await queue.receive(.campaignEmail, limit: 5).isEmpty)
        #expect(try await queue.receive(.transactionalEmail, limit: 5).map(\.body) == ["other"])
        try await expire()
        #expect(try await queue.receive(.campaignEmail, limit: 5).map(\.body) == ["late"])
    }

    @Test("a batch is enqueued once for each generation, however often and from however many it is asked")
    func enqueueOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = try await bench.database.run(EnqueueBatch(batchID: BatchID(4), generation: 0, bodies: ["a", "b"]))
                }
            }
            try await group.waitForAll()
        }
        _ = try await bench.database.run(EnqueueBatch(batchID: BatchID(4), generation: 1, bodies: ["c"]))
        #expect(try await queue.receive(.campaignEmail, limit: 50).map(\.body).sorted() == ["a", "b", "c"])
    }

    @Test("a sender wakes the workers of every process")
    func wakes() async throws {
        let wakeUps = queue.wakeUps()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in wakeUps { return } }
            group.addTask {
                // The listener may come after the first message.
                while !Task.isCancelled {
                    try await queue.send(.campaignEmail, bodies: ["x"], delay: .zero)
                    await Task.yield()
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
