import Logging
import Postgres

/// Whether the database has the schema that this build was made for.
struct SchemaCheck: Sendable {
    var name: ServiceName
    var migrations: [Migration]
    var database: PostgresPool
    var logger: Logger

    /// - Returns: false when the database cannot be reached now.
    /// - Throws: ``StartFailure`` when the schema is older or newer.
    func checkNow() async throws -> Bool {
        do {
            try await Migrator(schema: name.schema, role: name.databaseRole, migrations: migrations).check(database)
            return true
        } catch let error as PostgresError where error.isUnavailable {
            logger.warning("the database cannot be reached; serving without it until it comes back")
            return false
        } catch {
            throw StartFailure("schema \(name.schema) does not fit this build: \(error); run: datamailer migrate")
        }
    }

    /// Has the server check every statement.
    func prepare(_ statements: [any Statement.Type]) async throws {
        do {
            try await database.prepareAll(statements)
        } catch let error as PostgresError where !error.isUnavailable {
            throw StartFailure("a statement does not fit the schema: \(error)")
        }
    }
}
