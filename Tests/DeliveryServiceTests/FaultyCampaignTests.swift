import Model
import TestSupport
import Testing

@testable import DeliveryService

@Suite("A whole campaign through a provider that misbehaves", .database(DeliveryBench.migrations), .timeLimit(.minutes(2)))
struct FaultyCampaignTests {
    @Test("2,000 recipients: nobody gets two, nobody is lost, and whatever is not certain is reported as unknown (I1, I2)")
    func faults() async throws {
        let bench = try DeliveryBench()
        let ses = try await FakeSES()
        try await ses.control(
            "faults",
            """
            {"random": ["throttle", "unavailable", "close_before_reading", "close_after_reading", "close_after_accept", "error_after_accept",
            "reset_mid_body", "cut_reply", "bad_json", "bad_gateway"], "share": 0.2, "seed": 7}
            """
        )
        let ids = (1...2_000).map(Int64.init)
        let ledger = FakeLedger(rows: ids)
        let process = try await bench.process(ledger.caller, try ses.transport())
        // Two workers with overlapping messages, as after a duplicate delivery.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in [ids[..<1_200], ids[800...]] {
                let (work, message) = try await bench.message(part)
                group.addTask { try await Self.drive(process, work, message) }
            }
            try await group.waitForAll()
        }
        let accepted = try await ses.accepted()
        var counts = (sent: 0, unknown: 0)
        for (id, row) in ledger.rows {
            let copies = accepted["c-\(id)", default: 0]
            switch row.state {
            case .sent:
                counts.sent += 1
                #expect(copies == 1, "row \(id)")
            case .unknown:
                counts.unknown += 1
                #expect(copies <= 1, "row \(id)")
            case .pending, .attempting, .failed: Issue.record("row \(id) ended as \(row.state)")
            }
        }
        #expect(counts.sent + counts.unknown == 2_000)
        #expect(counts.unknown > 50 && counts.sent > 1_500)
        #expect(ledger.rows.values.contains { $0.state == .sent("") }, "a cut reply is an acceptance without an id")
    }

    /// What comes back is taken up at once, because the ledger's clock stands still.
    private static func drive(_ process: CampaignMessageProcess, _ work: CampaignEmailMessage, _ message: ReceivedMessage) async throws {
        var work = work
        for _ in 0..<10_000 {
            guard case .comeBack(let ids, _) = try await process.run(work, message: message) else { break }
            work.recipientIDs = ids
            await Task.yield()
        }
    }
}
