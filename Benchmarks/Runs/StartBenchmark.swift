import Contracts
import Foundation
import JSONRPC
import NIOCore
import NIOPosix

/// The first answer of each service that was not running, from the connection to its first line, beside the start of a bare process.
struct StartBenchmark {
    var platform: Platform
    var rounds: Int

    func run() async throws -> [Figure] {
        let bare = try await bareProcess()
        var figures: [Figure] = []
        for (executable, method) in [
            ("AudienceService", AudienceHealth.name), ("CampaignService", CampaignHealth.name), ("DeliveryService", DeliveryHealth.name),
            ("TrackingService", TrackingHealth.name), ("Gateway", GatewayHealth.name),
        ] {
            var times: [Double] = []
            for _ in 0..<rounds { times.append(try await first(executable, method)) }
            let sorted = times.sorted()
            figures.append(
                Figure(
                    work: "First answer of \(executable), not running before",
                    goal: .atMost(100),
                    value: sorted[sorted.count / 2],
                    unit: "ms",
                    limit: Figure.Limit(name: "/bin/true, start to end", value: bare, unit: "ms"),
                    detail: "median of \(rounds): " + times.map(Figure.text).joined(separator: ", "),
                    command: "datamailer-benchmarks start"
                )
            )
        }
        return figures
    }

    /// Milliseconds to the answer of a health call, which asks the database.
    private func first(_ executable: String, _ method: String) async throws -> Double {
        try await eventually("\(executable) leaves when idle", within: .seconds(60), every: .milliseconds(5)) {
            platform.processes.running[executable] == nil ? true : nil
        }
        // Its parent must have seen its end, too.
        try await Task.sleep(for: .milliseconds(150))
        return try await platform.withClient(of: method) { client in
            let start = ContinuousClock.now
            switch method {
            case AudienceHealth.name: _ = try await client.call(AudienceHealth())
            case CampaignHealth.name: _ = try await client.call(CampaignHealth())
            case DeliveryHealth.name: _ = try await client.call(DeliveryHealth())
            case TrackingHealth.name: _ = try await client.call(TrackingHealth())
            default: _ = try await client.call(GatewayHealth())
            }
            return (ContinuousClock.now - start) / .milliseconds(1)
        }
    }

    private func bareProcess() async throws -> Double {
        var times: [Double] = []
        for _ in 0..<20 {
            let start = ContinuousClock.now
            let process = try SpawnedProcess(["/bin/true"], environment: [:], output: "/dev/null", errors: "/dev/null")
            while process.ended == nil {}
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return times.sorted()[10]
    }
}
