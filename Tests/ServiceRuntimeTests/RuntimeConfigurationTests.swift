import Configuration
import Foundation
import Logging
@testable import ServiceRuntime
import Testing

@Suite("Runtime configuration")
struct RuntimeConfigurationTests {
    private func configuration(_ variables: [String: String], isInherited: Bool = true) throws -> RuntimeConfiguration {
        let all = variables.merging(["DATAMAILER_AUDIENCE_DATABASE_URL": "postgresql://me@/d"]) { given, _ in given }
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: all))
        return try RuntimeConfiguration(reader, for: .audience, isInherited: isInherited)
    }

    @Test("who was started by a socket leaves after 30 s; who listens on its own stays")
    func defaults() throws {
        let configuration = try configuration(["DATAMAILER_RUNTIME_DIR": "/run/x"])
        #expect(configuration.idleExit == .seconds(30))
        #expect(configuration.logLevel == .info)
        #expect(configuration.runtimeDirectory == "/run/x")
        #expect(!configuration.trustsSameUser)
        #expect(configuration.listen == nil)
        #expect(configuration.database.maximumConnections == 8)
        #expect(try self.configuration([:], isInherited: false).idleExit == nil)
    }

    @Test(
        "0 seconds is never; fractions count",
        arguments: [("0", nil), ("0.5", .milliseconds(500)), ("90", .seconds(90))] as [(String, Duration?)]
    )
    func idle(text: String, expected: Duration?) throws {
        #expect(try configuration(["DATAMAILER_IDLE_EXIT_SECONDS": text]).idleExit == expected)
    }

    @Test(
        "a value that makes no sense is refused and named",
        arguments: [
            ("DATAMAILER_LOG_LEVEL", "loud"), ("DATAMAILER_IDLE_EXIT_SECONDS", "soon"), ("DATAMAILER_IDLE_EXIT_SECONDS", "-1"),
            ("DATAMAILER_IDLE_EXIT_SECONDS", "nan"), ("DATAMAILER_TRUST_SAME_UID", "maybe"), ("DATAMAILER_AUDIENCE_RPC_LISTEN", "7000"),
            ("DATAMAILER_AUDIENCE_RPC_LISTEN", "0.0.0.0:7000"), ("DATAMAILER_AUDIENCE_DATABASE_CONNECTIONS", "1"),
            ("DATAMAILER_AUDIENCE_DATABASE_URL", ""),
        ]
    )
    func refused(key: String, value: String) throws {
        let failure = #expect(throws: StartFailure.self) { try configuration([key: value]) }
        #expect(failure?.description.contains(key) == true)
    }

    @Test("the environment wins over the file; both use the same names")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "datamailer-\(UUID().uuidString).env").path
        try "DATAMAILER_LOG_LEVEL=debug\n# comment\nDATAMAILER_IDLE_EXIT_SECONDS=7\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reader = try await RuntimeConfiguration.reader(environment: [
            "DATAMAILER_CONFIG_FILE": path, "DATAMAILER_LOG_LEVEL": "error", "DATAMAILER_AUDIENCE_DATABASE_URL": "postgresql://me@/d",
        ])
        let configuration = try RuntimeConfiguration(reader, for: .audience, isInherited: true)
        #expect(configuration.logLevel == .error)
        #expect(configuration.idleExit == .seconds(7))
    }

    @Test("a file that cannot be read is a clear failure")
    func missingFile() async throws {
        let failure = await #expect(throws: StartFailure.self) {
            try await RuntimeConfiguration.reader(environment: ["DATAMAILER_CONFIG_FILE": "/nonexistent/datamailer.env"])
        }
        #expect(failure?.description == "DATAMAILER_CONFIG_FILE: /nonexistent/datamailer.env cannot be read")
    }

    @Test("of the owner's URL a service takes the server and the database, never the login (DESIGN section 1)")
    func owner() throws {
        let variables = ["DATAMAILER_AUDIENCE_DATABASE_URL": "", "DATAMAILER_DATABASE_URL": "postgresql://owner:secret@db.example:5433/d"]
        let url = try configuration(variables).database.connectionString
        #expect(url.contains("datamailer_audience") && url.contains("db.example") && url.contains("5433"))
        #expect(!url.contains("owner") && !url.contains("secret"))
    }

    @Test("a queue that is not there is refused by name", arguments: ["sqs", "Postgres", "rabbit"])
    func queue(name: String) throws {
        let failure = #expect(throws: StartFailure.self) { try QueueBackend(configured: name) }
        #expect(failure?.description.contains("DATAMAILER_QUEUE: there is no queue backend \(name)") == true)
        for known in [nil, "", "postgres"] { #expect(try QueueBackend(configured: known) == .postgres) }
    }

    @Test("a service's own URL wins; its password comes from the credential")
    func ownDatabase() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "credentials-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try "secret".write(toFile: directory + "/audience-database-password", atomically: true, encoding: .utf8)
        let database = try configuration([
            "DATAMAILER_AUDIENCE_DATABASE_URL": "postgresql://me@far/other", "CREDENTIALS_DIRECTORY": directory,
        ]).database
        #expect(database.connectionString == "postgresql://me@far/other")
        #expect(database.passwordFile == directory + "/audience-database-password")
    }
}
