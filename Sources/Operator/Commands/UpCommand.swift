import ArgumentParser
import Foundation
import JSON
import Logging
import ServiceRuntime
import UnixSignals

/// Runs everything on this machine.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Runs everything on this machine until SIGTERM or SIGINT.",
        discussion:
            "Prints \"ready URL\" when it serves. Without DATAMAILER_DATABASE_URL it runs a private Postgres in the state directory."
    )

    @Option(help: "Where everything is kept (default: $XDG_STATE_HOME/datamailer).")
    var state: String?

    @Option(help: "Where HTTP is served; port 0 takes a free one.")
    var listen = "127.0.0.1:8080"

    @Flag(help: "Provision a demonstration, send a campaign and play its recipients.")
    var demo = false

    @Flag(help: "With --demo: stop when the demonstration is over.")
    var exit = false

    @Flag(help: "Say it as JSON.")
    var json = false

    func validate() throws {
        guard HostAndPort(listen) != nil else { throw ValidationError("--listen must be HOST:PORT") }
        guard !exit || demo else { throw ValidationError("--exit is for --demo") }
    }

    func run() async throws {
        guard let address = HostAndPort(listen) else { throw ValidationError("--listen must be HOST:PORT") }
        let environment = ProcessInfo.processInfo.environment
        let path = Paths.absolute(state ?? RuntimeDirectory.defaultStateDirectory(environment: environment))
        let directory = StateDirectory(path: path, environment: environment)
        try StateDirectory.makeDirectory(path, mode: 0o700)
        let lock = try StateLock(directory.lockFile)
        defer { withExtendedLifetime(lock) {} }
        try directory.prepare()
        try await run(directory, address, environment)
    }

    private func run(_ directory: StateDirectory, _ address: HostAndPort, _ environment: [String: String]) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let supervisor = try Supervisor { Terminal.errorLine("up: \($0)") }
        supervisor.start()
        let session = UpSession(
            state: directory,
            listen: address,
            environment: environment,
            supervisor: supervisor,
            logger: CommandLogger.make()
        )
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in signals { return } }
                group.addTask { try await serve(session) }
                try await group.next()
                group.cancelAll()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await supervisor.stop()
        directory.removeShortRuntime()
        try outcome.get()
    }

    private func serve(_ session: UpSession) async throws {
        let url = try await session.start()
        Terminal.line(json ? JSONText.object([("ready", .string(url))]) : "ready \(url)")
        guard demo else { return try await session.tickForever() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await session.tickForever() }
            try await demonstrate(session.state, url)
            if exit { group.cancelAll() }
            // Serves on; a cancelled ticker is the end that was asked for.
            do { try await group.waitForAll() } catch is CancellationError where exit { return }
        }
    }

    private func demonstrate(_ state: StateDirectory, _ url: String) async throws {
        var services = ServiceOptions()
        services.state = state.path
        let demonstration = Demo(services: services, state: state, url: url)
        let outcome = try await demonstration.run()
        demonstration.report(outcome).forEach(Terminal.line)
        if !exit { Terminal.line("still serving at \(url); Ctrl-C ends everything") }
    }
}
