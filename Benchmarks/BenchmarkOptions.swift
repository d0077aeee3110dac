import ArgumentParser

/// What all benchmarks are told.
struct BenchmarkOptions: ParsableArguments {
    @Flag(help: "Small sizes: shows that everything still runs, measures nothing worth keeping.")
    var quick = false

    @Flag(help: "One JSON array.")
    var json = false

    @Flag(help: "The rows of the table in docs/performance.md.")
    var markdown = false

    @Option(help: "Use the `datamailer up` of this state directory instead of a fresh one; sending needs its SES endpoint to be ours.")
    var attach: String?

    var importSizes: [Int] { quick ? [500, 2_000] : [10_000, 100_000, 1_000_000] }
    var snapshotSizes: [Int] { quick ? [2_000] : [100_000, 1_000_000] }
    var segmentSize: Int { quick ? 2_000 : 1_000_000 }
    var openSizes: [Int] { quick ? [100, 1_000] : [1_000, 1_000_000] }
    var sendCount: Int { quick ? 500 : 20_000 }
    var loadSeconds: Int { quick ? 1 : 8 }

    /// Runs the body on a platform and prints what it measured.
    func withPlatform(idleExitSeconds: Int = 600, _ body: (Platform) async throws -> [Figure]) async throws {
        try print(try await figures(idleExitSeconds: idleExitSeconds, body))
    }

    /// Runs the body on a platform that ends with it.
    func figures(
        idleExitSeconds: Int = 600,
        environment: [String: String] = [:],
        _ body: (Platform) async throws -> [Figure]
    ) async throws -> [Figure] {
        let platform =
            if let attach {
                try await Platform.attach(attach)
            } else {
                try await Platform.start(idleExitSeconds: idleExitSeconds, environment: environment)
            }
        do {
            let figures = try await body(platform)
            await platform.end()
            return figures
        } catch {
            platform.showLogs()
            await platform.end()
            throw error
        }
    }

    /// Import, snapshot, sending and opens on one platform.
    func loadEverything(_ platform: Platform) async throws -> [Figure] {
        var figures = try await ImportBenchmark(platform: platform, sizes: importSizes).run()
        figures += try await SnapshotBenchmark(platform: platform, sizes: snapshotSizes).run()
        figures += try await SendBenchmark(platform: platform, count: sendCount).run()
        figures += try await OpenBenchmark(platform: platform, sizes: openSizes, seconds: loadSeconds).run()
        figures += try await apiBenchmark(platform).run()
        figures += try await transactionalBenchmark(platform).run()
        return figures
    }

    func apiBenchmark(_ platform: Platform) -> APIBenchmark {
        APIBenchmark(platform: platform, contacts: quick ? 2_000 : 100_000, members: quick ? 2_000 : 50_000, seconds: loadSeconds)
    }

    func transactionalBenchmark(_ platform: Platform) -> TransactionalBenchmark {
        TransactionalBenchmark(platform: platform, seconds: loadSeconds, rounds: quick ? 10 : 100)
    }

    /// On a platform whose account has a send rate.
    func precedence() async throws -> [Figure] {
        try await figures(environment: ["DATAMAILER_MAX_SEND_RATE": String(PrecedenceBenchmark.rate)]) {
            try await PrecedenceBenchmark(platform: $0, rounds: quick ? 20 : 300, count: quick ? 10_000 : 40_000).run()
        }
    }

    func print(_ figures: [Figure]) throws {
        if json {
            Swift.print(try Figure.json(figures))
        } else if markdown {
            Swift.print(Figure.markdown(figures))
        } else {
            for figure in figures { Swift.print(figure.line) }
        }
    }
}
