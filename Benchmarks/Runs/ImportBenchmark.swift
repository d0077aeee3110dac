import Contracts
import Foundation

/// CSV import of the command and the audience service beside a bare COPY of the same file.
struct ImportBenchmark {
    /// The size that the target is about.
    static let ruling = 100_000

    var platform: Platform
    var sizes: [Int]

    func run() async throws -> [Figure] {
        var figures: [Figure] = []
        for size in sizes { figures += try await run(size) }
        return figures
    }

    private func run(_ size: Int) async throws -> [Figure] {
        let tenant = try await Tenant(platform, "import-\(size)")
        let path = "\(platform.folder)/\(tenant.slug).csv"
        try ContactFile(count: size).write(to: path)
        let limit = try await BareCopy(database: platform.database, path: path, rows: size).rowsPerSecond()
        if let service = platform.processes.running["AudienceService"] { ProcessFigures.forgetPeak(service) }
        let cpu = platform.processes.cpu
        let start = ContinuousClock.now
        let command = try SpawnedProcess(
            [
                try Platform.executable("datamailer"), "contacts", "import", path, "--audience", tenant.slug, "--client", tenant.slug,
                "--state",
                platform.state, "--json",
            ],
            environment: ["PATH": "/usr/bin:/bin", "HOME": platform.folder],
            output: path + ".out",
            errors: path + ".err"
        )
        let end = try await command.wait(within: .seconds(300))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard end.code == 0 else { throw BenchmarkFailure("the import ended with \(end.code): \(Platform.text(path + ".err"))") }
        let spent = platform.processes.spent(since: cpu)
        try FileManager.default.removeItem(atPath: path)
        let service = platform.processes.running["AudienceService"].map { ProcessFigures.memory($0, "VmHWM") } ?? 0
        let detail =
            "\(Figure.text(seconds)) s; peak memory: command \(end.peakBytes >> 20) MiB, AudienceService \(service >> 20) MiB; \(spent)"
        let work = "CSV import, \(Figure.text(Double(size))) rows, 3 attributes, 2 tags"
        return [
            Figure(
                work: work,
                goal: size == Self.ruling ? .atLeast(40_000) : .none,
                value: Double(size) / seconds,
                unit: "rows/s",
                limit: Figure.Limit(name: "bare COPY, one index", value: limit, unit: "rows/s"),
                detail: detail,
                command: "datamailer-benchmarks import"
            ),
            Figure(
                work: work + ": peak memory of AudienceService",
                goal: .none,
                value: Double(service) / 1_048_576,
                unit: "MiB",
                limit: Figure.Limit(name: "of the command", value: Double(end.peakBytes) / 1_048_576, unit: "MiB"),
                command: "datamailer-benchmarks import"
            ),
        ]
    }
}
