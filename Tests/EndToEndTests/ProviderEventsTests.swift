import Contracts
import Foundation
import HTTPTransport
import JSON
import Model
import Testing

extension EndToEnd {
    @Suite("Provider events", .serialized) struct ProviderEvents {
        @Test(
            "What the provider says about a campaign stands in its counters, settles what was unknown, suppresses, and counts once",
            .timeLimit(.minutes(15))
        )
        func campaign() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpOnSharedServer(ses.environment.merging(ses.notifying) { $1 }) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(200)
                try await tenant.putCampaign("first")
                try await ses.misbehave("close_after_accept", "error_after_accept", "bad_json", "throttle", "close_after_accept")
                try await tenant.queue("first")
                try await tenant.wait("first", for: .sent, within: .seconds(120))
                let unknown = try await tenant.recipients("first", .unknown)
                #expect(unknown.count == 4)

                let told = try await ses.notify(up.url, seed: 7)
                #expect(told.refused == 0 && told.bounced.count >= 5 && told.complained.count >= 1 && !told.soft.isEmpty)
                try await expectCounters(tenant, told)
                let rows = try await tenant.recipients("first")
                #expect(rows.allSatisfy { $0.state == .sent && !$0.providerMessageID.isEmpty })
                let before = try await tenant.campaign("first").statistics

                // Everything twice more, in another order and with other ids of SNS.
                let again = try await ses.notify(up.url, seed: 7, times: 2)
                #expect(again.refused == 0 && again.bounced == told.bounced)
                try await settled(tenant)
                #expect(try await tenant.campaign("first").statistics == before)
                try await expectSkipped(tenant, rows, told)
                try await expectHistory(tenant, rows, told)
                try await up.expectVerified(upFolder)
            }
            try await ses.end()
        }

        /// Counters equal what the provider said.
        private func expectCounters(_ tenant: Tenant, _ told: FakeSES.Told) async throws {
            try await settled(tenant)
            let counters = try await tenant.campaign("first").statistics
            #expect(counters.sentCount == 200 && counters.unknownCount == 0)
            #expect(counters.deliveredCount == told.delivered.count)
            #expect(counters.bounceCount == told.bounced.count + told.soft.count)
            #expect(counters.complaintCount == told.complained.count)
        }

        /// Who complained has a delivery and a complaint in the history, each once although it was told thrice.
        private func expectHistory(_ tenant: Tenant, _ rows: [Recipient], _ told: FakeSES.Told) async throws {
            let row = try #require(rows.first { told.complained.contains("c-\($0.id)") })
            let asked = ContactEvents(
                organizationID: tenant.scope.organizationID,
                clientID: tenant.scope.clientID,
                contactID: row.contactID,
                before: nil,
                limit: 100
            )
            let history = try await tenant.up.call(asked).events.filter { $0.recipientID == row.id }
            #expect(history.map(\.type).sorted { $0.rawValue < $1.rawValue } == [.complaint, .delivered])
        }

        /// No notification waits any more, and what followed from them has arrived.
        private func settled(_ tenant: Tenant) async throws {
            try await eventually("every notification is worked on") {
                let queues = try await tenant.up.call(ListQueues()).queues
                let pending = try await tenant.up.call(DeliveryVerify()).outboxPending
                return pending == 0 && queues.allSatisfy { $0.name != "ses-webhooks" || $0.waiting + $0.inFlight == 0 }
            }
            let queues = try await tenant.up.call(ListQueues()).queues
            #expect(queues.first { $0.name == "ses-webhooks" }?.dead == 0)
        }

        /// The next campaign leaves out who bounced for good or complained, with the reason, and nobody else.
        private func expectSkipped(_ tenant: Tenant, _ rows: [Recipient], _ told: FakeSES.Told) async throws {
            func emails(_ tags: Set<String>) -> Set<String> { Set(rows.filter { tags.contains("c-\($0.id)") }.map(\.email)) }
            try await tenant.putCampaign("second")
            try await tenant.queue("second")
            try await tenant.wait("second", for: .sent, within: .seconds(120))
            let skipped = try await tenant.recipients("second", .skipped)
            #expect(Set(skipped.filter { $0.skipReason == .hardBounce }.map(\.email)) == emails(told.bounced))
            #expect(Set(skipped.filter { $0.skipReason == .complaint }.map(\.email)) == emails(told.complained))
            #expect(skipped.count == told.bounced.count + told.complained.count)
        }

        @Test("Events of a topic that is not allowed change nothing, and junk is told so")
        func refused() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            var environment = ses.environment.merging(ses.notifying) { $1 }
            environment["DATAMAILER_SNS_TOPICS"] = "arn:aws:sns:eu-west-1:123456789012:another"
            try await withUpOnSharedServer(environment) { up, _ in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(3)
                try await tenant.putCampaign("first")
                try await tenant.queue("first")
                try await tenant.wait("first", for: .sent)
                let told = try await ses.notify(up.url, seed: 1)
                #expect(told.posted > 0 && told.refused == told.posted)
                let junk = try await up.http("POST", "/webhooks/ses", body: #"{"a": 1}"#)
                #expect(junk.status == 400)
                #expect(String(decoding: junk.body, as: UTF8.self).contains("invalid_sns_message"))
                #expect(try await tenant.campaign("first").statistics.deliveredCount == 0)
            }
            try await ses.end()
        }
    }
}
