import Foundation

/// Where the server's programs are.
struct PostgresPrograms: Sendable {
    var directory: String
    var initdb: String { directory + "/initdb" }
    var postgres: String { directory + "/postgres" }

    /// `DATAMAILER_POSTGRES_BIN`, else the newest of Debian's, else the search path.
    static func find(environment: [String: String]) throws -> PostgresPrograms {
        var candidates: [String] = []
        if let own = environment["DATAMAILER_POSTGRES_BIN"] { candidates.append(own) }
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        candidates += versions.compactMap { Int($0) }.filter { $0 >= 15 }.sorted(by: >).map { "\(debian)/\($0)/bin" }
        candidates += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for directory in candidates {
            let programs = PostgresPrograms(directory: directory)
            if access(programs.initdb, X_OK) == 0, access(programs.postgres, X_OK) == 0 { return programs }
        }
        throw CommandFailure("no PostgreSQL server is installed; install postgresql, or set DATAMAILER_DATABASE_URL")
    }
}
