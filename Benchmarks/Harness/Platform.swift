import Contracts
import Foundation
import JSONRPC
import Logging
import Postgres
import Tokens

/// A running `datamailer up` with its private Postgres (fsync on) and a local SES that takes everything at once.
final class Platform: Sendable {
    /// Scratch files of the benchmarks; goes with the platform.
    let folder: String
    let state: String
    let url: String
    let ses: SESStub
    let database: PostgresPool
    let databaseURL: String
    let processes: ProcessFigures
    private let up: SpawnedProcess?

    private init(folder: String, state: String, url: String, ses: SESStub, up: SpawnedProcess?) {
        self.folder = folder
        self.state = state
        self.url = url
        self.ses = ses
        self.up = up
        let run = Self.resolved(state + "/run")
        databaseURL = "postgresql://datamailer@/datamailer?host=\(run)/postgres"
        database = PostgresPool(
            PostgresConfiguration(connectionString: databaseURL, maximumConnections: 8, applicationName: "benchmarks"),
            logger: Self.quiet
        )
        processes = ProcessFigures(runtimeDirectory: run, postgresDirectory: state + "/postgres")
    }

    static let quiet = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    static func start(idleExitSeconds: Int, environment extra: [String: String] = [:]) async throws -> Platform {
        let folder = try makeFolder()
        let ses = try await SESStub.start()
        let state = folder + "/state"
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") && !$0.key.hasPrefix("DATAMAILER_") }
        environment.merge(ses.environment) { $1 }
        environment["DATAMAILER_IDLE_EXIT_SECONDS"] = String(idleExitSeconds)
        environment.merge(extra) { $1 }
        let up = try SpawnedProcess(
            [try executable("datamailer"), "up", "--state", state, "--listen", "127.0.0.1:0"],
            environment: environment,
            output: folder + "/up.out",
            errors: folder + "/up.err"
        )
        let url = try await eventually("up serves", within: .seconds(100)) {
            if let end = up.ended { throw BenchmarkFailure("up ended with \(end.code):\n\(Self.text(folder + "/up.err"))") }
            return Self.text(folder + "/up.out").split(separator: "\n").first { $0.hasPrefix("ready ") }.map { String($0.dropFirst(6)) }
        }
        return Platform(folder: folder, state: state, url: url, ses: ses, up: up)
    }

    /// The `up` of that state directory, started by hand with `AWS_ENDPOINT_URL_SESV2=http://127.0.0.1:18025`; its URL from `DATAMAILER_PUBLIC_URL`.
    static func attach(_ state: String) async throws -> Platform {
        let url = ProcessInfo.processInfo.environment["DATAMAILER_PUBLIC_URL"] ?? "http://127.0.0.1:8080"
        return Platform(folder: try makeFolder(), state: state, url: url, ses: try await SESStub.start(port: 18_025), up: nil)
    }

    func end() async {
        if let up {
            up.signal(SIGTERM)
            _ = try? await up.wait(within: .seconds(25))
        }
        await ses.end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Calls on a connection of its own.
    func call<Method: RPCMethod>(_ method: Method, deadline: Duration = .seconds(60)) async throws -> Method.Result {
        try await withClient(of: Method.name) { try await $0.call(method, deadline: deadline, idempotencyKey: nil) }
    }

    /// Lends a client of the service that a method's name begins with.
    func withClient<T>(of method: String, _ body: (RPCClient) async throws -> T) async throws -> T {
        let service = method.prefix { $0 != "." }
        let client = RPCClient(
            address: .unix(path: "\(Self.resolved(state + "/run"))/\(service).sock"),
            maximumConnections: 1,
            logger: Self.quiet
        )
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// Runs plain SQL as the owner of the database.
    func script(_ sql: String) async throws { try await database.withConnection { try await $0.script(sql) } }

    func tokenSigner() throws -> TokenSigner { TokenSigner(keys: try TokenKeys.load(path: state + "/token-keys")) }

    /// What the services wrote last, for a failure.
    func showLogs() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state + "/log")) ?? []
        for name in names.sorted() {
            let tail = Self.text("\(state)/log/\(name)").split(separator: "\n").suffix(8).joined(separator: "\n")
            FileHandle.standardError.write(Data("== \(name)\n\(tail)\n".utf8))
        }
    }

    /// An executable of this build.
    static func executable(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/" + name
        guard access(path, X_OK) == 0 else { throw BenchmarkFailure("\(path) is not built") }
        return path
    }

    static func text(_ path: String) -> String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }

    private static func resolved(_ path: String) -> String { (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? path }

    private static func makeFolder() throws -> String {
        let path = "/tmp/dm-bench-\(getpid())-\(UInt32.random(in: 0...9_999))"
        // The private Postgres may run as another user: it must pass through here.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        return path
    }
}
