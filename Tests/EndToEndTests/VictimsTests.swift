import Contracts
import Foundation
import Model
import Postgres
import Testing

/// Beside the other suites, as ``Chaos``.
@Suite("Every service is a victim", .serialized) struct Victims {
    @Test(
        "Killing Audience, Tracking and the gateway during a campaign, while people open and click, sends nobody twice and loses no event (I1, I2, I5)",
        .timeLimit(.minutes(15))
    )
    func killing() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ses = try await FakeSES(folder: folder)
        try await withUpOnSharedServer(ses.environment) { up, upFolder in
            let tenant = try await Tenant(up)
            try await tenant.importContacts(1_500)
            try await tenant.putCampaign("victims")
            try await ses.setLatency(milliseconds: 250)
            try await tenant.queue("victims")
            let readers = try await ReadersAtWork.of("victims", tenant, count: 8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { await readers.run() } }
                let victims = ["AudienceService", "TrackingService", "Gateway", "TrackingService", "AudienceService", "Gateway"]
                for (index, victim) in victims.enumerated() {
                    try await kill(victim, after: Int64(200 + index * 180), up, ses)
                }
                try await tenant.wait("victims", for: .sent, within: .seconds(150))
                readers.stop()
                try await group.waitForAll()
            }
            let ledger = Ledger(try await tenant.recipients("victims"), try await ses.accepted())
            #expect(ledger.recipients.count == 1_500)
            ledger.expectTruth()
            // Nobody who was killed holds rows: all are known.
            #expect(ledger.count(.sent) == 1_500)
            let counts = readers.counts
            #expect(counts.opens > 0 && counts.clicks > 0)
            try await eventually("what was acknowledged is counted", within: .seconds(40)) {
                let numbers = try await tenant.campaign("victims").statistics
                return numbers.openCount >= counts.opens && numbers.clickCount >= counts.clicks
            }
            let numbers = try await tenant.campaign("victims").statistics
            #expect(numbers.openCount <= counts.triedOpens && numbers.clickCount <= counts.triedClicks)
            try await up.expectVerified(upFolder)
        }
        try await ses.end()
    }

    private func kill(_ victim: String, after count: Int64, _ up: UpProcess, _ ses: FakeSES) async throws {
        let pid = try await eventually("\(count) messages and a \(victim)", within: .seconds(100)) { () -> pid_t? in
            guard try await ses.acceptedCount() >= count else { return nil }
            return up.table.pids(victim).first
        }
        Foundation.kill(pid, SIGKILL)
        try await eventually("\(victim) is dead") { !up.table.pids(victim).contains(pid) }
    }

    @Test("Two delivery processes on one queue, and every message twice in it, send nobody twice and lose nobody (I1, I2)", .timeLimit(.minutes(15)))
    func twoWorkers() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ses = try await FakeSES(folder: folder)
        try await withUpAndDatabase(ses.environment) { up, upFolder, owner in
            let tenant = try await Tenant(up)
            try await tenant.importContacts(1_500)
            try await tenant.putCampaign("two")
            try await ses.setLatency(milliseconds: 100)
            let second = try await startSecond(up, upFolder)
            try await tenant.queue("two")
            try await eventually("the snapshot is complete") { try await tenant.campaign("two").statistics.recipientCount == 1_500 }
            try await owner.withConnection { connection in
                try await connection.script("INSERT INTO delivery.queue_messages (queue, body) SELECT queue, body FROM delivery.queue_messages")
            }
            try await tenant.wait("two", for: .sent, within: .seconds(150))
            second.signal(SIGTERM)
            #expect(try await second.end(within: .seconds(20)) == 0, "\(second.errors)")
            let ledger = Ledger(try await tenant.recipients("two"), try await ses.accepted())
            ledger.expectTruth()
            #expect(ledger.count(.sent) == 1_500)
            let workers = try await owner.first(WorkerProcesses())
            #expect(workers == 2, "both have worked on it")
            try await up.expectVerified(upFolder)
        }
        try await ses.end()
    }

    /// Another delivery process beside the one of `up`, with the same database and the same Campaign.
    private func startSecond(_ up: UpProcess, _ folder: TemporaryFolder) async throws -> KeptProcess {
        let runtime = folder.path + "/run2"
        try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
        for name in ["audience", "campaign", "tracking", "gateway"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(runtime)/\(name).sock",
                withDestinationPath: "\(up.state)/run/\(name).sock"
            )
        }
        let environment = up.environment.merging([
            "DATAMAILER_RUNTIME_DIR": runtime, "DATAMAILER_STATE_DIR": up.state, "DATAMAILER_TRUST_SAME_UID": "1",
            "DATAMAILER_PUBLIC_URL": up.url, "DATAMAILER_TOKEN_KEYS_FILE": up.state + "/token-keys", "DATAMAILER_QUEUE": "postgres",
            "DATAMAILER_IDLE_EXIT_SECONDS": "600",
        ]) { $1 }
        let process = try await KeptProcess.start(
            [try Fixtures.executable("DeliveryService")],
            environment: environment,
            folder: folder,
            name: "second"
        )
        try await eventually("the second process listens") { FileManager.default.fileExists(atPath: runtime + "/delivery.sock") }
        return process
    }
}
