import Contracts
import Foundation
import Model
import Testing

extension EndToEnd {
    @Suite("Doubt", .serialized) struct Doubt {
        @Test(
            "A message that the provider took over without an answer is unknown, is never sent again by itself, and once more when asked (D9)",
            .timeLimit(.minutes(15)),
            arguments: ["close_after_accept", "error_after_accept", "bad_json"]
        )
        func lostAnswer(fault: String) async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpOnSharedServer(ses.environment) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(5)
                try await tenant.putCampaign("doubt")
                try await ses.misbehave(fault)
                try await tenant.queue("doubt")
                try await tenant.wait("doubt", for: .sent, within: .seconds(90))

                let ledger = Ledger(try await tenant.recipients("doubt"), try await ses.accepted())
                ledger.expectTruth()
                #expect(ledger.count(.sent) == 4)
                let unknown = try #require(ledger.recipients.first { $0.state == .unknown })
                #expect(ledger.copies(unknown) == 1)
                #expect(try await tenant.recipients("doubt", .unknown).map(\.id) == [unknown.id])

                let resend = ResendCampaign(address: tenant.address("doubt"), kind: .unknown)
                #expect(try await up.call(resend).resentCount == 1)
                try await tenant.wait("doubt", for: .sent, within: .seconds(90))
                let after = Ledger(try await tenant.recipients("doubt"), try await ses.accepted())
                #expect(after.count(.sent) == 5)
                #expect(after.copies(unknown) == 2)
                #expect(after.messages.values.reduce(0, +) == 6)
                try await up.expectVerified(upFolder)
            }
            try await ses.end()
        }

        @Test(
            "Rows of a delivery service that was killed while the provider kept silent are unknown within a minute of their deadline",
            .timeLimit(.minutes(15))
        )
        func killedWaiting() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpOnSharedServer(ses.environment) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(5)
                try await tenant.putCampaign("silence")
                try await ses.misbehave("stall", "stall")
                try await tenant.queue("silence")
                try await eventually("three are sent and two hang") {
                    // Asking for the account's rate is a request too.
                    let counts = (accepted: try await ses.acceptedCount(), requests: try await ses.requestCount())
                    return counts.accepted == 3 && counts.requests >= 5
                }
                let victim = try #require(up.table.pids("DeliveryService").first)
                Foundation.kill(victim, SIGKILL)
                try await tenant.wait("silence", for: .sent, within: .seconds(110))
                let ledger = Ledger(try await tenant.recipients("silence"), try await ses.accepted())
                ledger.expectTruth()
                // All five were in one window; what was accepted had not been recorded, and nothing tells it from what was not.
                #expect(ledger.count(.unknown) + ledger.count(.sent) == 5)
                #expect(ledger.count(.unknown) >= 2)
                #expect(try await ses.acceptedCount() == 3)
                try await up.expectVerified(upFolder)
            }
            try await ses.end()
        }
    }
}
