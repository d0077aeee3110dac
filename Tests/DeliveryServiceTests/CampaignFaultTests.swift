import Contracts
import JSONRPC
import Model
import TestSupport
import Testing

@testable import DeliveryService

@Suite("What stops a whole campaign", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct CampaignFaultTests {
    @Test("a sender that the provider takes nothing of stops its campaign, its rows wait, and others go on")
    func senderRefused() async throws {
        let bench = try DeliveryBench()
        let (refused, other) = (FakeLedger(rows: 1...5), FakeLedger(rows: 6...9))
        let transport = ScriptedTransport { message in
            let number = Int(message.tags[0].value.dropFirst(2)) ?? 0
            return number <= 5 ? .notSent(reason: "not verified", hold: .sender(seconds: 60)) : .accepted(messageID: "id")
        }
        let (work, message) = try await bench.message(1...5)
        #expect(
            try await bench.process(refused.caller, transport).run(work, message: message)
                == .comeBack(recipientIDs: [1, 2, 3, 4, 5], delay: .seconds(60))
        )
        #expect(refused.faults == [CampaignFault(kind: .sender, reason: "not verified")])
        #expect(refused.rows.values.allSatisfy { $0.state == .pending })
        let (next, nextMessage) = try await bench.message(6...9)
        #expect(try await bench.process(other.caller, transport).run(next, message: nextMessage) == .done)
        #expect(other.rows.values.allSatisfy { $0.state == .sent("id") })
    }

    @Test("a suspended account stops the campaign and holds all others back")
    func accountSuspended() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...5)
        let transport = ScriptedTransport { _ in .notSent(reason: "suspended", hold: .suspended(seconds: 60)) }
        let (work, message) = try await bench.message(1...5)
        let process = try await bench.process(ledger.caller, transport)
        _ = try await process.run(work, message: message)
        #expect(ledger.faults == [CampaignFault(kind: .sender, reason: "suspended")])
        #expect(ledger.rows.values.allSatisfy { $0.state == .pending })
        _ = try await process.run(work, message: message)
        #expect(transport.messages.count == 5, "nothing more was offered to the provider")
    }

    @Test("content that compiles for nobody fails the campaign, and nobody of it")
    func broken() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...5, content: .fixture(html: "<p>\n{% if contact.email %}</p>"))
        let transport = ScriptedTransport()
        let (work, message) = try await bench.message(1...5)
        _ = try await bench.process(ledger.caller, transport).run(work, message: message)
        let fault = try #require(ledger.faults.first)
        #expect(ledger.faults.count == 1 && fault.kind == .content && fault.reason.contains("html_body: line 2"), "\(fault)")
        #expect(ledger.rows.values.allSatisfy { $0.state == .pending })
        #expect(transport.messages.isEmpty)
    }

    @Test("what does not render is told from what the provider refuses, and an address that is none is neither's fault")
    func causes() async throws {
        let bench = try DeliveryBench()
        let ledger = FakeLedger(rows: 1...2, content: .fixture(subject: "{% if contact.id == 1000001 %}{{ 1 | divided_by: 0 }}{% endif %}Hi"))
        let transport = ScriptedTransport { _ in .refused(reason: "no") }
        let (work, message) = try await bench.message(1...2)
        _ = try await bench.process(ledger.caller, transport).run(work, message: message)
        let causes = Dictionary(uniqueKeysWithValues: ledger.reported.map { ($0.recipientID, $0.isContent) })
        #expect(causes == [1: true, 2: nil])
        #expect(ledger.faults == [])
    }
}
