import Logging
import Postgres

/// Waits for the private server and makes the product's database in it.
struct DatabaseMaker: Sendable {
    var postgres: PrivatePostgres
    var logger: Logger

    func makeDatabase() async throws {
        let configuration = PostgresConfiguration(
            connectionString: postgres.url(database: "postgres"),
            maximumConnections: 1,
            applicationName: "datamailer-up",
            usesPreparedStatements: false
        )
        let pool = PostgresPool(configuration, logger: logger)
        do {
            try await make(pool)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    /// The first connection may have to wait for the server's recovery after a crash.
    private func make(_ pool: PostgresPool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                let exists = try await pool.first(DatabaseExists(name: PrivatePostgres.database)) ?? false
                if !exists { try await pool.withConnection { try await $0.script("CREATE DATABASE \(PrivatePostgres.database)") } }
                return
            } catch let error as PostgresError where error.isUnavailable && ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw CommandFailure("the private Postgres does not serve: \(error); see \(postgres.state.logs)/postgres.log")
            }
        }
    }
}

struct DatabaseExists: Statement {
    static let sample = Self(name: "")
    var name: String
    var sql: SQL { "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = \(name)) AS found" }
    func decode(_ row: Row) throws -> Bool { try row.decode("found") }
}
