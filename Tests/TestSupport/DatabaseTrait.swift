import Postgres
import Testing

/// Gives a test, or each test of a suite, a database of its own as ``TestDatabase/current``, and drops it afterwards.
package struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    let migrations: @Sendable () -> [TestDatabase.SchemaMigrations]

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let database = try await TestDatabase.create(migrations: migrations())
        do {
            try await TestDatabase.$current.withValue(database) { try await function() }
        } catch {
            try? await database.drop()
            throw error
        }
        try await database.drop()
    }
}

extension Trait where Self == DatabaseTrait {
    /// Use: `@Test(.database((schema: "audience", role: "datamailer_audience", migrations: AudienceMigrations.all)))`.
    package static func database(_ migrations: TestDatabase.SchemaMigrations...) -> Self {
        let sets = migrations.map { ($0.schema, $0.role, $0.migrations) }
        return DatabaseTrait { sets.map { (schema: $0.0, role: $0.1, migrations: $0.2) } }
    }
}
