import Postgres
import TestSupport

/// Runs `up` with a fresh database of the tests' server instead of a cluster of its own, which is faster and leaves the product's own to
/// the tests that are about it.
func withUpOnSharedServer(_ environment: [String: String] = [:], _ body: (UpProcess, TemporaryFolder) async throws -> Void) async throws {
    try await withUpAndDatabase(environment) { up, folder, _ in try await body(up, folder) }
}

/// The same, with the database as its owner sees it.
func withUpAndDatabase(
    _ environment: [String: String] = [:],
    _ body: (UpProcess, TemporaryFolder, PostgresPool) async throws -> Void
) async throws {
    let database = try await TestDatabase.create(migrations: [])
    do {
        let owner = database.pool(maximumConnections: 2)
        try await withUp(environment.merging(["DATAMAILER_DATABASE_URL": database.url(role: nil)]) { $1 }) { try await body($0, $1, owner) }
    } catch {
        try? await database.drop()
        throw error
    }
    try await database.drop()
}
