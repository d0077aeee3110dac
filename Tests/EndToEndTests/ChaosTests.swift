import Contracts
import Foundation
import JSON
import Model
import Testing

/// Beside the other suites: most of its time it waits for leases and deadlines.
@Suite("Chaos", .serialized) struct Chaos {
    /// `DATAMAILER_TEST_SEED` tries other moments.
    static let seed = ProcessInfo.processInfo.environment["DATAMAILER_TEST_SEED"].flatMap { UInt64($0) } ?? 20_250_611

    @Test(
        "Killing the delivery and campaign services ten times during a campaign of 5,000 sends nobody twice and loses nobody (D9, D11)",
        .timeLimit(.minutes(15))
    )
    func killing() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ses = try await FakeSES(folder: folder)
        try await withUpOnSharedServer(ses.environment) { up, upFolder in
            let tenant = try await Tenant(up)
            try await tenant.importContacts(5_000)
            try await tenant.putCampaign("chaos")
            try await tenant.queue("chaos")
            try await kill(up, ses, times: 10)
            try await tenant.wait("chaos", for: .sent, within: .seconds(240))

            let ledger = Ledger(try await tenant.recipients("chaos"), try await ses.accepted())
            #expect(ledger.recipients.count == 5_000)
            ledger.expectTruth()
            // Only what was in flight at a kill may be in doubt: 128 rows a worker process.
            #expect(ledger.count(.unknown) <= 10 * 128)
            #expect(ledger.count(.failed) == 0)
            let numbers = try await tenant.campaign("chaos").statistics
            #expect(numbers.sentCount == Int64(ledger.count(.sent)))
            #expect(numbers.unknownCount == Int64(ledger.count(.unknown)))
            #expect(numbers.pendingCount == 0)
            #expect(numbers.attemptingCount == 0)
            #expect(try await listedUnknowns(up, upFolder) == ledger.recipients.filter { $0.state == .unknown }.map(\.id.rawValue))
            try await up.expectVerified(upFolder)
        }
        try await ses.end()
    }

    /// What the operator's command lists, page by page.
    private func listedUnknowns(_ up: UpProcess, _ folder: TemporaryFolder) async throws -> [Int64] {
        var ids: [Int64] = []
        while true {
            let words = ["campaign", "recipients", "chaos", "--client", "shop", "--in-state", "unknown", "--limit", "1000"]
            let page = try await up.json(words + ["--after", "\(ids.last ?? 0)"], folder)["recipients"]?.arrayValue ?? []
            ids += page.compactMap { $0["id"]?.int64Value }
            if page.count < 1_000 { return ids }
        }
    }

    /// Each kill waits for a seeded number of messages, so that it hits another moment of the work.
    private func kill(_ up: UpProcess, _ ses: FakeSES, times: Int) async throws {
        var random = SeededGenerator(state: Self.seed)
        let moments = (0..<times).map { _ in Int64.random(in: 50...3_400, using: &random) }.sorted()
        for moment in moments {
            let victim = Bool.random(using: &random) ? "DeliveryService" : "CampaignService"
            let pid = try await eventually("\(moment) messages and a \(victim)", within: .seconds(120)) { () -> pid_t? in
                guard try await ses.acceptedCount() >= moment else { return nil }
                return up.table.pids(victim).first
            }
            Foundation.kill(pid, SIGKILL)
            try await eventually("\(victim) is dead") { !up.table.pids(victim).contains(pid) }
        }
    }
}
