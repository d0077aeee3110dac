import Contracts
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Sending transactional mail when something is wrong", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalFaultTests {
    @Test("a fault of the database does not cut what is on its way: it is sent, and the rest is sent later (I1)")
    func databaseFault() async throws {
        let (gate, reached) = (StopSwitch(), StopSwitch())
        // One message a second: the second one asks for the rate while the first one is on its way.
        let transport = ScriptedTransport(rate: .known(1)) { message in
            guard message.recipient == "first@example.com" else { return .accepted(messageID: "id") }
            reached.pull()
            await withTaskCancellationHandler {
                await gate.pulled()
            } onCancel: {
                gate.pull()
            }
            // A POST that is cut by cancellation has no known end.
            return Task.isCancelled ? .unknown(reason: "cut") : .accepted(messageID: "id")
        }
        let bench = try await TransactionalBench(transport)
        try await bench.put()
        let first = try await bench.send("1") { $0.email = "first@example.com" }
        let second = try await bench.send("2") { $0.email = "second@example.com" }
        try await bench.work {
            await reached.pulled()
            try await bench.script("ALTER TABLE delivery.send_rates RENAME TO away")
            // Until the second message has asked in vain and has been put off.
            while try await bench.newestEntry() == 2, try await bench.status(first) == .sending { try await Task.sleep(for: .milliseconds(4)) }
            gate.pull()
            while try await bench.status(first) == .sending { try await Task.sleep(for: .milliseconds(4)) }
            try await bench.script("ALTER TABLE delivery.away RENAME TO send_rates")
            while try await !bench.isSettled(second, as: .sent) { try await Task.sleep(for: .milliseconds(4)) }
            return true
        }
        #expect(try await bench.status(first) == .sent)
    }

    @Test("the content of messages in work is bounded, and all are sent in their turn (I10)")
    func bounded() async throws {
        let (gate, reached) = (StopSwitch(), StopSwitch())
        let sent = Mutex(0)
        let transport = ScriptedTransport { message in
            let isFirst = sent.withLock { sent in
                sent += 1
                return sent == 1
            }
            if isFirst {
                reached.pull()
                await gate.pulled()
            }
            return .accepted(messageID: "id")
        }
        // Three and a bit fit.
        let bench = try await TransactionalBench(transport, content: ContentBudget(limit: 1_000_000))
        try await bench.put()
        var receipts: [TransactionalReceipt] = []
        for number in 0..<9 {
            receipts.append(
                try await bench.send("k\(number)") { send in
                    let content = String(repeating: "A", count: 300_000)
                    send.attachments = [MailAttachment(filename: "a.bin", contentType: "application/octet-stream", content: content, contentID: "")]
                }
            )
        }
        try await bench.work {
            await reached.pulled()
            // A claim is one statement: all that may be in memory are claimed when the first is sent.
            #expect(try await bench.attempted() == 3)
            gate.pull()
            while try await bench.counts().queued > 0 { try await Task.sleep(for: .milliseconds(4)) }
            return true
        }
        for receipt in receipts { #expect(try await bench.status(receipt) == .sent) }
        #expect(transport.messages.count == 9)
    }

    @Test("a message that is larger than all that may be in memory goes alone")
    func largerThanAll() async throws {
        let content = ContentBudget(limit: 10)
        let bench = try await TransactionalBench(content: content)
        try await bench.put()
        let receipts = [try await bench.send("1"), try await bench.send("2")]
        try await bench.work { try await bench.counts().queued == 0 }
        for receipt in receipts { #expect(try await bench.status(receipt) == .sent) }
        #expect(content.bytes == 0)
    }

    @Test("a message whose entry is buried has failed, with its event and the news; redriving the entry sends it")
    func buried() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k")
        try await bench.script("UPDATE delivery.queue_messages SET receive_count = 5")
        try await bench.work { try await bench.counts().queued == 0 }
        #expect(bench.transport.messages.isEmpty)
        let failed = try await bench.detail(receipt)
        #expect(failed.message.status == .failed && failed.message.lastError == "received 5 times without success")
        #expect(failed.events.map(\.type) == ["failed", "queued"])
        #expect(try await bench.counts().news == 2)
        try await bench.database.execute(RedriveMessages(queue: .transactionalEmail))
        #expect(try await bench.status(receipt) == .queued)
        try await bench.work { try await bench.isSettled(receipt, as: .sent) }
        #expect(bench.transport.messages.count == 1)
    }

    @Test("burying a second entry, or one of a message that is being sent, changes nothing of the message")
    func buriedBesides() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k")
        let queue = bench.bench.queue
        let entry = try #require(try await queue.receive(.transactionalEmail, limit: 1).first)
        let id = try #require(receipt.messageID).rawValue
        _ = try await bench.database.run(ClaimMessages(ids: [id], refusals: [""], worker: "w"))
        try await queue.bury(entry, reason: "test")
        #expect(try await bench.status(receipt) == .sending)
        try await bench.database.execute(RedriveMessages(queue: .transactionalEmail))
        #expect(try await bench.status(receipt) == .sending)
    }

    @Test("a message that cannot be built has failed with the reason, and holds no other up (D12)")
    func notToBeBuilt() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let broken = try await bench.send("broken")
        let good = try await bench.send("good")
        try await bench.script("UPDATE delivery.transactional_messages SET sender = 'nobody at all' WHERE idempotency_key = 'broken'")
        try await bench.work { try await bench.counts().queued == 0 }
        let detail = try await bench.detail(broken)
        #expect(detail.message.status == .failed && detail.message.lastError.hasPrefix("the message cannot be built:"))
        #expect(detail.events.map(\.type) == ["failed", "queued"])
        #expect(try await bench.status(good) == .sent)
        #expect(bench.transport.messages.count == 1)
    }

    @Test("a message that was never offered in time is tried again, however often")
    func neverOffered() async throws {
        let tries = Mutex(0)
        let bench = try await TransactionalBench(
            ScriptedTransport { _ in
                let number = tries.withLock { tries in
                    tries += 1
                    return tries
                }
                return number == 1 ? .tooLate : .accepted(messageID: "id")
            }
        )
        try await bench.put()
        let receipt = try await bench.send("k")
        try await bench.script("UPDATE delivery.transactional_messages SET attempt = 40")
        try await bench.work { try await bench.isSettled(receipt, as: .sent) }
        #expect(tries.withLock { $0 } == 2)
    }
}
