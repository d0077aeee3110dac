import ArgumentParser

/// Measures the product with real processes on a real Postgres, and beside every figure what the machine itself can do.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datamailer-benchmarks",
        abstract: "Measures Datamailer beside the machine's own limits.",
        discussion: "Build with -c release; the executables of the product are taken from the directory of this one.",
        subcommands: [
            RPCCommand.self, ImportCommand.self, SnapshotCommand.self, SegmentsCommand.self, SendCommand.self, OpenCommand.self,
            StartCommand.self, MemoryCommand.self, APICommand.self, TransactionalCommand.self,
            PrecedenceCommand.self, AllCommand.self,
        ]
    )
}

struct RPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rpc", abstract: "Typed calls of 1 KB beside an echo of lines.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try options.print(try await RPCBenchmark(seconds: options.quick ? 1 : 3).run()) }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "import", abstract: "CSV import beside a bare COPY.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try await options.withPlatform { try await ImportBenchmark(platform: $0, sizes: options.importSizes).run() } }
}

struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "snapshot", abstract: "A campaign's snapshot beside one INSERT … SELECT.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        try await options.withPlatform { try await SnapshotBenchmark(platform: $0, sizes: options.snapshotSizes).run() }
    }
}

struct SegmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "segments", abstract: "Counts of segments over an audience.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        try await options.withPlatform { try await SegmentBenchmark(platform: $0, size: options.segmentSize).run() }
    }
}

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "send", abstract: "Sending through a local SES beside bare POSTs.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try await options.withPlatform { try await SendBenchmark(platform: $0, count: options.sendCount).run() } }
}

struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "Open pixels beside a bare HTTP answer.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        try await options.withPlatform {
            try await OpenBenchmark(platform: $0, sizes: options.openSizes, seconds: options.loadSeconds).run()
        }
    }
}

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "The first answer of services that do not run.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        try await options.withPlatform(idleExitSeconds: 1) { try await StartBenchmark(platform: $0, rounds: options.quick ? 1 : 5).run() }
    }
}

struct MemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Resident memory of each service, idle and at full load."
    )
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        try await options.withPlatform { platform in
            let memory = MemoryBenchmark(platform: platform)
            let idle = try await memory.idle()
            _ = try await options.loadEverything(platform)
            return try memory.figures(idle: idle)
        }
    }
}

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api", abstract: "The client API: status, authentication, export and lists.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try await options.withPlatform { try await options.apiBenchmark($0).run() } }
}

struct TransactionalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactional",
        abstract: "Accepting transactional mail, and how soon the provider has it."
    )
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try await options.withPlatform { try await options.transactionalBenchmark($0).run() } }
}

struct PrecedenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "precedence",
        abstract: "Transactional mail with and without a campaign beside it."
    )
    @OptionGroup var options: BenchmarkOptions

    func run() async throws { try options.print(try await options.precedence()) }
}

struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Everything, one after the other.")
    @OptionGroup var options: BenchmarkOptions

    func run() async throws {
        var figures = try await RPCBenchmark(seconds: options.quick ? 1 : 3).run()
        figures += try await options.figures(idleExitSeconds: 1) {
            try await StartBenchmark(platform: $0, rounds: options.quick ? 1 : 5).run()
        }
        figures += try await options.figures { platform in
            let memory = MemoryBenchmark(platform: platform)
            let idle = try await memory.idle()
            let figures = try await options.loadEverything(platform)
            return figures + (try memory.figures(idle: idle))
        }
        figures += try await options.precedence()
        try options.print(figures)
    }
}
