import Foundation
import Processes

/// The cluster that `up` runs when no database is given: a Unix socket in a directory of its own, nothing on the network.
struct PrivatePostgres: Sendable {
    static let owner = "datamailer"
    static let database = "datamailer"

    var state: StateDirectory
    var programs: PostgresPrograms
    var environment: [String: String]
    var log: CInt
    /// Postgres refuses root: it runs as this user then.
    var account: PostgresAccount?

    var socketDirectory: String { state.runtime + "/postgres" }

    /// Where the owner logs in; `database` nil is the maintenance database.
    func url(database: String = Self.database) -> String {
        let host = socketDirectory.addingPercentEncoding(withAllowedCharacters: .urlHostAllowed) ?? socketDirectory
        return "postgresql://\(Self.owner)@/\(database)?host=\(host)"
    }

    /// Makes the cluster when there is none, and clears away what a killed server left.
    func prepare(_ supervisor: Supervisor) async throws {
        try makeDirectories()
        try await PostmasterFile(dataDirectory: state.postgres).clear()
        guard access(state.postgres + "/PG_VERSION", F_OK) != 0 || access(state.postgres + "/global/pg_control", F_OK) != 0 else { return }
        try emptyDataDirectory()
        let end = try await supervisor.run(
            command(programs.initdb, ["-D", state.postgres, "-U", Self.owner, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N"])
        )
        guard end.isSuccess else {
            try? emptyDataDirectory()
            throw CommandFailure("initdb failed (\(end)); see \(state.logs)/postgres.log")
        }
    }

    var unit: SupervisedUnit {
        var command = command(
            programs.postgres,
            [
                "-D", state.postgres, "-k", socketDirectory, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c",
                "max_connections=200",
            ]
        )
        // Immediate shutdown when this process is gone: the server recovers at its next start.
        command.signalOnOrphan = "QUIT"
        return SupervisedUnit(
            name: "postgres",
            command: command,
            endSignal: SIGINT,
            killSignal: SIGQUIT,
            stage: 9,
            endLimit: .milliseconds(17_500),
            isOnDemand: false
        )
    }

    private func command(_ executable: String, _ arguments: [String]) -> ChildCommand {
        var command = ChildCommand(executable: executable, arguments: arguments, environment: environment, log: log)
        command.user = account?.name
        command.passesDirectories = account?.passesDirectories ?? false
        return command
    }

    private func makeDirectories() throws {
        for directory in [state.postgres, socketDirectory] where access(directory, F_OK) != 0 {
            guard mkdir(directory, 0o700) == 0 else {
                throw CommandFailure("\(directory) cannot be made: \(String(cString: strerror(errno)))")
            }
        }
        guard let account else { return }
        for directory in [state.postgres, socketDirectory] {
            guard chown(directory, account.user, account.group) == 0 else {
                throw CommandFailure("\(directory) cannot be given to \(account.name): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Removes what an interrupted initdb left.
    private func emptyDataDirectory() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: state.postgres) {
            try FileManager.default.removeItem(atPath: "\(state.postgres)/\(name)")
        }
    }
}
