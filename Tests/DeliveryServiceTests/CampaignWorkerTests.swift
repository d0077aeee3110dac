import Contracts
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

@Suite("The worker", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct CampaignWorkerTests {
    /// Runs the worker until the condition holds, then stops it and waits for its end.
    private func run(_ worker: CampaignWorker, until condition: @escaping () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            while try await !condition() { await Task.yield() }
            group.cancelAll()
        }
    }

    private func remaining(_ bench: DeliveryBench) async throws -> QueueNumbers {
        try #require(try await bench.database.run(CountQueues()).first { $0.name == "campaign-email" })
    }

    @Test("everything that is enqueued is sent, and the queue is empty afterwards; a body of no contract is buried alone")
    func all() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...500)
        let transport = ScriptedTransport()
        let worker = CampaignWorker(queue: bench.queue, process: try await bench.process(ledger.caller, transport), logger: .silent)
        let works = stride(from: Int64(1), to: 500, by: 100).map { first in
            CampaignEmailMessage(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: Array(first..<(first + 100))).body
        }
        try await bench.queue.send(.campaignEmail, bodies: works + works + ["nonsense"], delay: .zero)
        try await run(worker) {
            let numbers = try await remaining(bench)
            return numbers.waiting == 0 && numbers.inFlight == 0
        }
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") && $0.attempt == 1 })
        #expect(transport.messages.count == 500)
        #expect(try await remaining(bench).dead == 1)
        #expect(worker.isBusy == false)
    }

    @Test("a graceful stop leaves its message visible at once, with no reception counted and nothing sent twice")
    func stopped() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...500)
        let stop = StopSwitch()
        let transport = ScriptedTransport { _ in
            stop.pull()
            return .accepted(messageID: "id")
        }
        let worker = CampaignWorker(queue: bench.queue, process: try await bench.process(ledger.caller, transport), logger: .silent)
        let work = CampaignEmailMessage(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: Array(1...500))
        try await bench.queue.send(.campaignEmail, bodies: [work.body], delay: .zero)
        let task = Task { try await worker.run() }
        stop.set { task.cancel() }
        try await task.value
        let sent = transport.messages.count
        #expect(sent > 0 && sent < 500)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") || $0.state == .pending })
        let message = try #require(try await bench.queue.receive(.campaignEmail, limit: 1).first)
        #expect(message.receiveCount == 1)
        try await bench.queue.release(message)
        let next = CampaignWorker(queue: bench.queue, process: try await bench.process(ledger.caller, ScriptedTransport()), logger: .silent)
        try await run(next) { ledger.rows.values.allSatisfy { $0.state == .sent("id") } }
        #expect(ledger.rows.values.allSatisfy { $0.attempt == 1 })
    }
}
