import Contracts

/// Resident memory of each service: when it has just answered and has nothing to do, and the most that it had under the other benchmarks' load.
struct MemoryBenchmark {
    var platform: Platform

    /// Bytes by executable, a moment after each has answered.
    func idle() async throws -> [String: Int64] {
        _ = try await platform.call(AudienceHealth())
        _ = try await platform.call(CampaignHealth())
        _ = try await platform.call(DeliveryHealth())
        _ = try await platform.call(TrackingHealth())
        try await Task.sleep(for: .seconds(2))
        return platform.processes.running.mapValues { ProcessFigures.memory($0, "VmRSS") }
    }

    /// To be asked before the services leave.
    func figures(idle: [String: Int64]) throws -> [Figure] {
        let running = platform.processes.running
        return try ProcessFigures.services.flatMap { name in
            guard let pid = running[name], let idle = idle[name] else { throw BenchmarkFailure("\(name) does not run") }
            return [
                figure("Resident memory of \(name), idle", 60, idle),
                figure("Resident memory of \(name), most under load", 120, ProcessFigures.memory(pid, "VmHWM")),
            ]
        }
    }

    private func figure(_ work: String, _ target: Double, _ bytes: Int64) -> Figure {
        Figure(
            work: work,
            goal: .atMost(target),
            value: Double(bytes) / 1_048_576,
            unit: "MB",
            limit: nil,
            command: "datamailer-benchmarks memory"
        )
    }
}
