import Foundation
import Logging
@testable import Operator
import Postgres
import ServiceRuntime
import TestSupport
import Testing

@Suite("Private Postgres", .timeLimit(.minutes(2)))
struct PrivatePostgresTests {
    private let logger = Logger(label: "test.up") { _ in SwiftLogNoOpLogHandler() }

    @Test("a cluster is made once, serves on its socket, comes back when it is killed, and is gone at the end")
    func life() async throws {
        try await TestFolder.with { folder in
            let state = StateDirectory(path: folder + "/state", environment: [:])
            try state.prepare()
            let environment = ProcessInfo.processInfo.environment
            for round in 1...2 {
                let supervisor = try Supervisor { _ in }
                supervisor.start()
                let postgres = PrivatePostgres(
                    state: state,
                    programs: try PostgresPrograms.find(environment: environment),
                    environment: environment,
                    log: try LogFile.open(state.logs + "/postgres.log"),
                    account: try PostgresAccount.find(for: state)
                )
                try await postgres.prepare(supervisor)
                supervisor.add(postgres.unit)
                try await DatabaseMaker(postgres: postgres, logger: logger).makeDatabase()
                let run = MigrationRun(environment: ["DATAMAILER_DATABASE_URL": postgres.url()], logger: logger)
                let applied = try await run.run()
                #expect(applied.map(\.service) == ServiceName.allCases)
                #expect(applied.allSatisfy { $0.names.isEmpty == (round == 2) })
                let pid = try serverPID(state)
                kill(pid, round == 1 ? SIGKILL : SIGQUIT)
                // Waits through the crash and the recovery.
                try await DatabaseMaker(postgres: postgres, logger: logger).makeDatabase()
                await supervisor.stop()
                #expect(!FileManager.default.fileExists(atPath: state.postgres + "/postmaster.pid"))
                #expect(!FileManager.default.fileExists(atPath: postgres.socketDirectory + "/.s.PGSQL.5432"))
            }
        }
    }

    private func serverPID(_ state: StateDirectory) throws -> pid_t {
        let text = try String(contentsOfFile: state.postgres + "/postmaster.pid", encoding: .utf8)
        return try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
    }

    @Test("without a server's programs the failure says what to do")
    func missing() {
        // Debian's directory is looked at too, so only an empty machine fails; there the words matter.
        do {
            let programs = try PostgresPrograms.find(environment: ["DATAMAILER_POSTGRES_BIN": "/nonexistent", "PATH": "/nonexistent"])
            #expect(access(programs.initdb, X_OK) == 0)
        } catch {
            #expect("\(error)".contains("DATAMAILER_DATABASE_URL"))
        }
    }

    @Test("migrating without a database says which variable is missing")
    func noDatabase() async throws {
        let failure = await #expect(throws: CommandFailure.self) { _ = try await MigrationRun(environment: [:], logger: logger).run() }
        #expect(failure?.description.hasPrefix("DATAMAILER_DATABASE_URL is not set") == true)
    }
}
