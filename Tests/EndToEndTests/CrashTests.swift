import Contracts
import Foundation
import Model
import TestSupport
import Testing

/// Beside the other suites, as ``Chaos``.
@Suite("Crash of the database", .serialized) struct CrashOfTheDatabase {
    /// The cluster's default is `synchronous_commit = off`, so that a claim which relies on the default would be lost and sent again; outcomes
    /// are committed asynchronously on purpose and may be lost.
    @Test("Postgres crashing three times during a campaign of 1,500 sends nobody twice and loses nobody (D9, D11, I1, I2)", .timeLimit(.minutes(15)))
    func crashing() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ses = try await FakeSES(folder: folder)
        let cluster = try await TestCluster.start()
        do {
            try await withUp(ses.environment.merging(["DATAMAILER_DATABASE_URL": cluster.adminURL]) { $1 }) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(1_500)
                try await tenant.putCampaign("crash")
                try await ses.setLatency(milliseconds: 150)
                try await tenant.queue("crash")
                for moment in [150, 500, 900] as [Int64] {
                    try await eventually("\(moment) messages", within: .seconds(100)) { try await ses.acceptedCount() >= moment }
                    try await cluster.crash()
                    try await cluster.restart()
                }
                try await eventually("Campaign sees its database", within: .seconds(60)) {
                    (try? await up.call(CampaignHealth()))?.databaseAvailable == true
                }
                try await tenant.wait("crash", for: .sent, within: .seconds(150))
                let ledger = Ledger(try await tenant.recipients("crash"), try await ses.accepted())
                #expect(ledger.recipients.count == 1_500)
                ledger.expectTruth()
                // What was in flight at a crash: 128 rows.
                #expect(ledger.count(.unknown) <= 3 * 128 && ledger.count(.failed) == 0)
                let listed = try await tenant.recipients("crash", .unknown)
                #expect(listed.map(\.id) == ledger.recipients.filter { $0.state == .unknown }.map(\.id))
                try await up.expectVerified(upFolder)
            }
        } catch {
            try? await cluster.remove()
            throw error
        }
        try await cluster.remove()
        try await ses.end()
    }
}
