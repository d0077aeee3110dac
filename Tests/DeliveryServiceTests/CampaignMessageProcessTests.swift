import Contracts
import JSONRPC
import Model
import ServiceLifecycle
import ServiceRuntime
import TestSupport
import Testing

@testable import DeliveryService

@Suite("A campaign message at work", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct CampaignMessageProcessTests {
    @Test("every row of a message is sent once, in windows, with the limiter in between")
    func all() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...200)
        let transport = ScriptedTransport()
        let (work, message) = try await bench.message(1...200)
        #expect(try await bench.process(ledger.caller, transport).run(work, message: message) == .done)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") })
        #expect(ledger.claims == 4)
        #expect(Set(transport.messages.map { $0.tags[0].value }).count == 200)
        #expect(transport.messages.count == 200)
    }

    @Test("a campaign that was paused or has ended is left alone", arguments: [ClaimedRecipients.Disposition.paused, .ended])
    func notSending(disposition: ClaimedRecipients.Disposition) async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...200)
        ledger.set(disposition)
        let transport = ScriptedTransport()
        let (work, message) = try await bench.message(1...200)
        #expect(try await bench.process(ledger.caller, transport).run(work, message: message) == .done)
        #expect(transport.messages.isEmpty)
        #expect(ledger.claims == 1)
    }

    @Test("rows that are due later and rows of another worker come back, and only they")
    func later() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        ledger.set(deferred: [2, 3], held: [5])
        let (work, message) = try await bench.message(1...10)
        let ending = try await bench.process(ledger.caller, ScriptedTransport()).run(work, message: message)
        #expect(ending == .comeBack(recipientIDs: [2, 3, 5], delay: .seconds(15)))
        #expect(ledger.reported.count == 7)
        ledger.set(deferred: [2, 3])
        let again = try await bench.process(ledger.caller, ScriptedTransport()).run(work, message: message)
        #expect(again == .comeBack(recipientIDs: [2, 3], delay: .seconds(7)))
    }

    @Test("when the answer to a claim is lost it is asked for again, and every row is sent once")
    func lostClaim() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        let caller = LossyCaller(ledger.caller, [ClaimRecipients.name: (before: 0, after: 1)])
        let transport = ScriptedTransport()
        let (work, message) = try await bench.message(1...10)
        #expect(try await bench.process(caller, transport).run(work, message: message) == .done)
        #expect(transport.messages.count == 10)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") && $0.attempt == 1 })
    }

    @Test("when no answer to a claim comes its rows are left to their deadline: another window does not send them")
    func lostClaims() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        let caller = LossyCaller(ledger.caller, [ClaimRecipients.name: (before: 0, after: 2)])
        let transport = ScriptedTransport()
        let (work, message) = try await bench.message(1...10)
        let process = try await bench.process(caller, transport)
        #expect(try await process.run(work, message: message) == .comeBack(recipientIDs: Array(1...10), delay: .seconds(5)))
        #expect(try await process.run(work, message: message) == .comeBack(recipientIDs: Array(1...10), delay: .seconds(15)))
        #expect(transport.messages.isEmpty)
        ledger.passDeadlines()
        #expect(try await process.run(work, message: message) == .done)
        #expect(transport.messages.isEmpty)
    }

    @Test("two lanes with the same rows send each once, because each window has a name of its own (I1)")
    func sharedRows() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...200)
        // Nobody's mail leaves before both lanes have claimed: what one holds the other must not be given.
        let transport = ScriptedTransport { _ in
            while ledger.claims < 2 { await Task.yield() }
            return .accepted(messageID: "id")
        }
        let process = try await bench.process(ledger.caller, transport)
        let (work, first) = try await bench.message(1...200)
        let (_, second) = try await bench.message(1...200)
        async let one = process.run(work, message: first)
        async let other = process.run(work, message: second)
        _ = try await (one, other)
        let copies = Dictionary(grouping: transport.messages.map { $0.tags[0].value }, by: \.self).mapValues(\.count)
        #expect(copies.values.allSatisfy { $0 == 1 }, "\(copies.filter { $0.value > 1 })")
    }

    @Test("a window that was claimed too long ago is not sent any more, and what is sent carries its time (I1)")
    func latestStart() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...3)
        let transport = ScriptedTransport()
        let process = try await bench.process(ledger.caller, transport)
        let call = ClaimRecipients(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: [1, 2], worker: "w")
        let claimed = try await ledger.caller.call(call)
        let late = await process.sender.send(claimed, claimedAt: .now - WindowSender.latestStart)
        #expect(late.outcomes.map(\.kind) == [.retry, .retry] && transport.messages.isEmpty)
        let now = ContinuousClock.now
        let inTime = await process.sender.send(claimed, claimedAt: now)
        #expect(inTime.outcomes.map(\.kind) == [.sent, .sent])
        #expect(transport.messages.allSatisfy { $0.latestStart == now + WindowSender.latestStart })
    }

    @Test("while Campaign is away the message waits without counting towards its receive limit")
    func campaignAway() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        let caller = LossyCaller(ledger.caller, [ClaimRecipients.name: (before: 2, after: 0)])
        let (work, message) = try await bench.message(1...10)
        let process = try await bench.process(caller, ScriptedTransport())
        #expect(try await process.run(work, message: message) == .comeBack(recipientIDs: Array(1...10), delay: .seconds(5)))
        #expect(try await process.run(work, message: message) == .done)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") })
    }

    @Test("outcomes that Campaign does not take go through the outbox, and none is lost")
    func outbox() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        let caller = LossyCaller(ledger.caller, [RecordOutcomes.name: (before: 100, after: 0)])
        let (work, message) = try await bench.message(1...10)
        #expect(try await bench.process(caller, ScriptedTransport()).run(work, message: message) == .done)
        #expect(ledger.rows.values.allSatisfy { $0.state == .attempting })
        #expect(try await bench.outbox.pendingCount(bench.database) == 1)
        let pusher = bench.outbox.pusher(database: bench.database, caller: { _ in ledger.caller }, logger: .silent)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await pusher.run() }
            while ledger.reported.count < 10 { await Task.yield() }
            group.cancelAll()
        }
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") })
    }

    @Test("a lost answer to the record is repeated and changes nothing")
    func recordedTwice() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...10)
        let caller = LossyCaller(ledger.caller, [RecordOutcomes.name: (before: 0, after: 2)])
        let (work, message) = try await bench.message(1...10)
        #expect(try await bench.process(caller, ScriptedTransport()).run(work, message: message) == .done)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") && $0.attempt == 1 })
    }

    @Test("when the lease is lost nothing more is claimed")
    func leaseLost() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...200)
        let (work, message) = try await bench.message(1...200)
        let transport = ScriptedTransport { _ in
            // Somebody else has it by now.
            try? await bench.queue.release(message)
            _ = try? await bench.queue.receive(.campaignEmail, limit: 1)
            return .accepted(messageID: "id")
        }
        var process = try await bench.process(ledger.caller, transport)
        process.leaseInterval = .zero
        #expect(try await process.run(work, message: message) == .leaseLost)
        #expect(ledger.claims == 1)
        #expect(ledger.rows.values.filter { $0.state == .sent("id") }.count == 64, "what was begun is finished")
        #expect(ledger.rows.values.filter { $0.state == .pending }.count == 136)
    }

    @Test("a stop in the middle of a window lets the window finish and be recorded, and begins no other")
    func stopped() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...200)
        let (work, message) = try await bench.message(1...200)
        let stop = StopSwitch()
        let transport = ScriptedTransport { _ in
            stop.pull()
            return Task.isCancelled ? .unknown(reason: "cancelled") : .accepted(messageID: "id")
        }
        let process = try await bench.process(ledger.caller, transport)
        let task = Task { try await process.run(work, message: message) }
        stop.set { task.cancel() }
        #expect(try await task.value == .released)
        let sent = ledger.rows.values.filter { $0.state == .sent("id") }.count
        #expect(sent > 0 && sent < 200 && sent == transport.messages.count)
        #expect(ledger.rows.values.allSatisfy { $0.state == .sent("id") || $0.state == .pending })
    }

    @Test("each kind of result becomes its outcome")
    func outcomes() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...5)
        let transport = ScriptedTransport { message in
            switch message.tags[0].value {
            case "c-1": .accepted(messageID: "m1")
            case "c-2": .refused(reason: "no\0such")
            case "c-3": .unknown(reason: "lost")
            case "c-4": .notSent(reason: "slow", hold: .throttle)
            default: .notSent(reason: "quota", hold: .account(seconds: 600))
            }
        }
        let (work, message) = try await bench.message(1...5)
        let process = try await bench.process(ledger.caller, transport)
        #expect(try await process.run(work, message: message) == .comeBack(recipientIDs: [4, 5], delay: .seconds(2)))
        #expect(ledger.rows[1]?.state == .sent("m1"))
        #expect(ledger.rows[2]?.state == .failed("no such"))
        #expect(ledger.rows[3]?.state == .unknown("lost"))
        #expect(ledger.rows[4]?.state == .pending)
        #expect(ledger.reported.first { $0.recipientID == 5 }?.retryAfterSeconds == 600)
        // The account is blocked now: what is left waits in the queue.
        guard case .comeBack(let ids, let delay) = try await process.run(work, message: message) else {
            Issue.record("the block was not heeded")
            return
        }
        #expect(ids == [1, 2, 3, 4, 5] && delay > .seconds(590))
    }

    @Test("a message that does not render fails alone")
    func doesNotRender() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...3, content: .fixture(strictVariables: true))
        ledger.set(mergeFields: #"{"attributes":{"name":"Ann"}}"#, of: 2)
        let (work, message) = try await bench.message(1...3)
        #expect(try await bench.process(ledger.caller, ScriptedTransport()).run(work, message: message) == .done)
        #expect(ledger.rows[2]?.state == .sent("id"))
        guard case .failed(let reason) = ledger.rows[1]?.state else {
            Issue.record("row 1 did not fail")
            return
        }
        #expect(reason.contains("subject") && reason.contains("line 1"))
    }
}
