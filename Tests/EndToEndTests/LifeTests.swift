import Contracts
import Foundation
import HTTPTransport
import JSONRPC
import Model
import Testing

extension EndToEnd {
    @Suite("Life", .serialized) struct Life {
        @Test("A second up on the same state directory says so and leaves with 1; the first goes on", .timeLimit(.minutes(15)))
        func second() async throws {
            try await withUp { up, folder in
                let words = [try Fixtures.executable("datamailer"), "up", "--state", up.state, "--listen", "127.0.0.1:0"]
                let second = try await KeptProcess.start(words, environment: up.environment, folder: folder, name: "second")
                #expect(try await second.end(within: .seconds(20)) == 1)
                #expect(second.errors.contains("already running"))
                #expect(second.errors.contains("\(up.process.pid)"))
                #expect(second.output.isEmpty)
                #expect(try await up.http("GET", "/health/").status == 200)
            }
        }

        @Test("What was stored is there after SIGTERM, and after kill -9, which leaves no process behind", .timeLimit(.minutes(15)))
        func ends() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            var up = try await UpProcess.start(folder: folder, name: "first")
            var tenant = try await Tenant(up)
            try await tenant.importContacts(10)
            try await up.end()

            up = try await UpProcess.start(folder: folder, name: "second")
            tenant = try await Tenant(up)
            try await tenant.putCampaign("kept")
            up.process.signal(SIGKILL)
            #expect(try await up.process.end(within: .seconds(10)) == -SIGKILL)
            try await eventually("nothing is left of it", within: .seconds(15)) { up.table.entries.isEmpty }

            up = try await UpProcess.start(folder: folder, name: "third")
            tenant = try await Tenant(up)
            #expect(try await tenant.campaign("kept").status == .draft)
            try await tenant.queue("kept")
            try await tenant.wait("kept", for: .sent)
            #expect(try await tenant.campaign("kept").statistics.sentCount == 10)
            try await up.end()
        }

        @Test("SIGTERM in the middle of a campaign leaves nothing in doubt: the next up sends the rest, each once", .timeLimit(.minutes(15)))
        func endUnderLoad() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await ses.setLatency(milliseconds: 50)
            var up = try await UpProcess.start(folder: folder, name: "first", environment: ses.environment)
            var tenant = try await Tenant(up)
            try await tenant.importContacts(1_500)
            try await tenant.putCampaign("halved")
            try await tenant.queue("halved")
            try await eventually("it is in the middle") { try await ses.acceptedCount() > 200 }
            try await up.end()
            #expect(try await ses.acceptedCount() < 1_500, "the end came too late to test anything")

            up = try await UpProcess.start(folder: folder, name: "second", environment: ses.environment)
            tenant = try await Tenant(up)
            try await tenant.wait("halved", for: .sent, within: .seconds(90))
            let ledger = Ledger(try await tenant.recipients("halved"), try await ses.accepted())
            ledger.expectTruth()
            #expect(ledger.count(.sent) == 1_500)
            try await up.expectVerified(folder)
            try await up.end()
            try await ses.end()
        }

        @Test("Services start on demand, leave when idle, and lose no call that comes while they leave", .timeLimit(.minutes(15)))
        func onDemand() async throws {
            try await withUpOnSharedServer(["DATAMAILER_IDLE_EXIT_SECONDS": "1"]) { up, _ in
                try await eventually("Campaign is not running, because nobody asked or it left") {
                    up.table.pids("CampaignService").isEmpty
                }
                let tenant = try await Tenant(up)
                try await tenant.putCampaign("idle")
                let first = try #require(up.table.pids("CampaignService").first)
                try await eventually("Campaign leaves") { !up.table.pids("CampaignService").contains(first) }
                #expect(try await tenant.campaign("idle").status == .draft)
                try await meetTheLeaving(tenant)
            }
        }

        @Test("The gateway stays while it is visited, each visit on a connection of its own, and leaves afterwards", .timeLimit(.minutes(15)))
        func visited() async throws {
            try await withUpOnSharedServer(["DATAMAILER_IDLE_EXIT_SECONDS": "2"]) { up, _ in
                #expect(try await up.http("GET", "/health/").status == 200)
                let first = try #require(up.table.pids("Gateway").first)
                let end = ContinuousClock.now + .seconds(8)
                try await eventually("four idle times of visits are over") {
                    let answer = try await up.http("GET", "/health/")
                    #expect(answer.status == 200)
                    return ContinuousClock.now > end
                }
                #expect(up.table.pids("Gateway") == [first], "it left in the middle of the visits")
                try await eventually("it leaves") { !up.table.pids("Gateway").contains(first) }
            }
        }

        /// Calls at different distances from the last one, around the moment at which the service leaves.
        private func meetTheLeaving(_ tenant: Tenant) async throws {
            var processes: Set<pid_t> = []
            for step in 0..<12 {
                // The distance itself is what is tested: 0.9 s to 1.6 s after the last call.
                try await Task.sleep(for: .milliseconds(900 + step * 60))
                var change = CampaignChange()
                change.subject = "number \(step)"
                let put = PutCampaign(
                    address: tenant.address("idle"),
                    audienceID: tenant.audienceID,
                    audienceSlug: "news",
                    clientSlug: "shop",
                    change: change
                )
                #expect(try await tenant.up.call(put).campaign.subject == "number \(step)")
                processes.formUnion(tenant.up.table.pids("CampaignService"))
            }
            #expect(processes.count > 1, "the service never left")
        }
    }
}
