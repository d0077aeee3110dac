import Contracts
import Testing

extension EndToEnd {
    @Suite("Precedence", .serialized) struct Precedence {
        @Test("While the provider keeps every place of a campaign waiting, a password reset goes out at once (I9, D22)", .timeLimit(.minutes(15)))
        func stuckCampaign() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpOnSharedServer(ses.environment) { up, _ in
                let tenant = try await Tenant(up)
                try await TransactionalLoad.putTemplate(up, tenant)
                try await tenant.importContacts(600)
                try await tenant.putCampaign("stuck")
                // Two lanes of 64; nothing else of the campaign can leave before they have given up.
                try await ses.misbehave("stall", times: 128)
                try await tenant.queue("stuck")
                try await eventually("all places wait", within: .seconds(60)) { try await ses.requestCount() >= 128 }
                let asked = ContinuousClock.now
                let id = try await TransactionalLoad.send(up, tenant, key: "reset")
                try await eventually("it is with the provider", within: .seconds(15)) {
                    try await ses.accepted().contains { $0.message == "x-\(id)" }
                }
                #expect(ContinuousClock.now - asked < .seconds(15))
                #expect(try await ses.acceptedCount() == 1, "the campaign still waits")
            }
            try await ses.end()
        }
    }
}
