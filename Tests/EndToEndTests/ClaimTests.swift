import Contracts
import Foundation
import Model
import Testing

extension EndToEnd {
    @Suite("Claim", .serialized) struct Claim {
        @Test("Who unsubscribes between the snapshot and the sending is skipped and gets nothing (D6, I3)", .timeLimit(.minutes(15)))
        func unsubscribedMeanwhile() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            let environment = ses.environment.merging(["DATAMAILER_MAX_SEND_RATE": "2"]) { $1 }
            try await withUpOnSharedServer(environment) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(12)
                try await tenant.putCampaign("claim")
                try await tenant.queue("claim")
                try await eventually("the first is sent, so the snapshot is done") { try await ses.acceptedCount() >= 1 }
                _ = try await up.call(PauseCampaign(address: tenant.address("claim")))
                try await eventually("what was under way is done") {
                    try await tenant.campaign("claim").statistics.attemptingCount == 0
                }
                let waiting = try await tenant.recipients("claim", .pending)
                let leaver = try #require(waiting.last, "nobody waits: pausing came too late")
                try await unsubscribe(leaver, tenant)
                _ = try await up.call(ResumeCampaign(address: tenant.address("claim")))
                try await tenant.wait("claim", for: .sent, within: .seconds(90))

                let ledger = Ledger(try await tenant.recipients("claim"), try await ses.accepted())
                ledger.expectTruth()
                let row = try #require(ledger.recipients.first { $0.id == leaver.id })
                #expect(row.state == .skipped)
                #expect(row.skipReason == .clientUnsubscribe)
                #expect(ledger.copies(row) == 0)
                #expect(ledger.count(.sent) == 11)
                try await up.expectVerified(upFolder)
            }
            try await ses.end()
        }

        private func unsubscribe(_ recipient: Recipient, _ tenant: Tenant) async throws {
            let scope = AudienceScope(
                organizationID: tenant.scope.organizationID,
                clientID: tenant.scope.clientID,
                audienceID: tenant.audienceID
            )
            let call = UnsubscribeContact(
                scope: scope,
                contactID: recipient.contactID,
                unsubscribeScope: .client,
                reason: "asked",
                occurredAt: .now()
            )
            _ = try await tenant.up.call(call)
        }
    }
}
