import Logging
import Postgres
import ServiceLifecycle

/// Checks the schema as soon as a database that was away at the start is back; a schema that does not fit ends the process.
struct LateSchemaCheck: Service {
    var check: SchemaCheck
    var statements: [any Statement.Type]

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await waitForDatabase() }
        } catch is CancellationError {
            // The process ends before the database came back.
        }
    }

    private func waitForDatabase() async throws {
        while true {
            do {
                if try await check.checkNow() {
                    try await check.prepare(statements)
                    check.logger.notice("the database is back")
                    return
                }
            } catch let error as PostgresError {
                check.logger.debug("the database went away again", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
