import Foundation
import HTTPTransport
import Logging
import Postgres
import ServiceRuntime
import Tokens

/// One run of `datamailer up`.
struct UpSession: Sendable {
    static let tickInterval: Duration = .seconds(10)
    /// How long everything may take to serve for the first time.
    static let readyLimit: Duration = .seconds(90)

    var state: StateDirectory
    var listen: HostAndPort
    var environment: [String: String]
    var supervisor: Supervisor
    var logger: Logger

    /// Starts everything; returns the URL at which it serves.
    func start() async throws -> String {
        _ = try QueueBackend(configured: environment["DATAMAILER_QUEUE"])
        let http = try ListeningSocket.tcp(listen)
        let url = "http://\(HostAndPort(host: listen.host, port: http.port))"
        var environment = sharedEnvironment(url: url)
        if (environment["DATAMAILER_DATABASE_URL"] ?? "").isEmpty { environment["DATAMAILER_DATABASE_URL"] = try await startPostgres() }
        _ = try TokenKeys.loadOrCreate(path: environment["DATAMAILER_TOKEN_KEYS_FILE"] ?? state.tokenKeys)
        _ = try await MigrationRun(environment: environment, logger: logger).run()
        let variables = ServiceVariables(shared: environment)
        let units = ServiceUnits(state: state, variables: variables, directory: try ServiceUnits.ownDirectory())
        for name in ServiceName.allCases { supervisor.add(try units.unit(name, http: http)) }
        try await waitUntilServing(url)
        return url
    }

    /// Ticks until cancelled.
    func tickForever() async throws {
        let ticker = Ticker(runtimeDirectory: state.runtime, logger: logger)
        while true {
            for (_, result) in await ticker.tickAll() {
                if case .failure(let failure) = result { logger.warning("a tick was not answered", metadata: ["reason": "\(failure)"]) }
            }
            try await Task.sleep(for: Self.tickInterval)
        }
    }

    private func sharedEnvironment(url: String) -> [String: String] {
        var all = environment
        all["DATAMAILER_RUNTIME_DIR"] = state.runtime
        all["DATAMAILER_STATE_DIR"] = state.path
        all["DATAMAILER_TRUST_SAME_UID"] = "1"
        let defaults = [
            "DATAMAILER_PUBLIC_URL": url, "DATAMAILER_TOKEN_KEYS_FILE": state.tokenKeys, "DATAMAILER_CAPTURE_DIR": state.capture,
            "DATAMAILER_SPOOL_DIR": state.spool, "DATAMAILER_TRANSPORT": "capture",
        ]
        for (key, value) in defaults where (all[key] ?? "").isEmpty { all[key] = value }
        return all
    }

    private func startPostgres() async throws -> String {
        let postgres = PrivatePostgres(
            state: state,
            programs: try PostgresPrograms.find(environment: environment),
            environment: environment,
            log: try LogFile.open("\(state.logs)/postgres.log"),
            account: try PostgresAccount.find(for: state)
        )
        try await postgres.prepare(supervisor)
        supervisor.add(postgres.unit)
        try await DatabaseMaker(postgres: postgres, logger: logger).makeDatabase()
        return postgres.url()
    }

    private func waitUntilServing(_ url: String) async throws {
        let transport = HTTPTransport()
        let deadline = ContinuousClock.now + Self.readyLimit
        var last = "no answer"
        while ContinuousClock.now < deadline {
            switch await transport.send(HTTPRequest(method: "GET", url: url + "/health/", timeout: .seconds(10))) {
            case .response(let response) where response.status == 200: return
            case .response(let response): last = "status \(response.status)"
            case .failed(let failure): last = failure.message
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CommandFailure("the gateway does not serve (\(last)); see \(state.logs)/gateway.log")
    }
}
