import Foundation
import Logging
import Postgres
import Synchronization

/// A database of a test's own, cloned from a migrated template.
package final class TestDatabase: Sendable {
    package typealias SchemaMigrations = (schema: String, role: String, migrations: [Migration])

    /// The database of the test that runs under the trait ``DatabaseTrait``.
    @TaskLocal package static var current: TestDatabase?

    package let name: String
    private let cluster: TestCluster
    private let pools = Mutex<[PostgresPool]>([])

    private init(name: String, cluster: TestCluster) {
        self.name = name
        self.cluster = cluster
    }

    /// Makes a database with these schemas; the template is made once a process for each distinct set.
    package static func create(migrations: [SchemaMigrations]) async throws -> TestDatabase {
        let cluster = try await TestCluster.shared()
        let template = try await TestTemplates.shared.template(migrations, cluster)
        let name = "test_\(UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased())"
        let settings = migrations.map { "ALTER ROLE \($0.role) IN DATABASE \(name) SET search_path = ''" }
        let admin = try await TestTemplates.shared.admin(cluster)
        try await admin.withConnection { connection in
            try await connection.script("CREATE DATABASE \(name) TEMPLATE \(template)")
            // Settings of a role in a database do not come with the template.
            for setting in settings { try await connection.script(setting) }
        }
        return TestDatabase(name: name, cluster: cluster)
    }

    /// A URI for the owner (nil) or a role.
    package func url(role: String?) -> String { cluster.url(database: name, role: role) }

    /// Connections as the owner (nil) or a role; closed by ``drop()``.
    package func pool(asRole role: String? = nil, maximumConnections: Int = 8, usesPreparedStatements: Bool = true) -> PostgresPool {
        let pool = PostgresPool(
            PostgresConfiguration(
                connectionString: url(role: role),
                maximumConnections: maximumConnections,
                applicationName: "test",
                usesPreparedStatements: usesPreparedStatements
            ),
            logger: Logger(label: "test.postgres") { _ in SwiftLogNoOpLogHandler() }
        )
        pools.withLock { $0.append(pool) }
        return pool
    }

    /// Closes the pools, waiting for what is still in use, and removes the database.
    package func drop() async throws {
        let pools = pools.withLock { pools in
            defer { pools = [] }
            return pools
        }
        for pool in pools { await pool.close() }
        let name = name
        try await TestTemplates.shared.admin(cluster).withConnection { try await $0.script("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
    }
}

/// Makes each template once, however many tests ask for it at the same time.
actor TestTemplates {
    static let shared = TestTemplates()

    private var templates: [String: Task<String, any Error>] = [:]
    private var administrator: PostgresPool?

    func admin(_ cluster: TestCluster) throws -> PostgresPool {
        if let administrator { return administrator }
        let pool = Self.pool(cluster.adminURL, maximumConnections: 4)
        administrator = pool
        return pool
    }

    func template(_ migrations: [TestDatabase.SchemaMigrations], _ cluster: TestCluster) async throws -> String {
        let key = migrations.map { set in
            "\(set.schema) \(set.role) " + set.migrations.map { "\($0.name)=\($0.checksum)" }.joined(separator: ",")
        }.joined(separator: ";")
        if let template = templates[key] { return try await template.value }
        let admin = try admin(cluster)
        // Several tests wait for it, and none of them may cancel it.
        let task = Task { try await Self.make(migrations, cluster, admin) }
        templates[key] = task
        return try await task.value
    }

    private static func make(
        _ migrations: [TestDatabase.SchemaMigrations],
        _ cluster: TestCluster,
        _ admin: PostgresPool
    ) async throws -> String {
        let name = "template_\(UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased())"
        try await admin.withConnection { try await $0.script("CREATE DATABASE \(name)") }
        let pool = pool(cluster.url(database: name, role: nil), maximumConnections: 1)
        for set in migrations {
            _ = try await pool.withConnection { connection in
                try await Migrator(schema: set.schema, role: set.role, migrations: set.migrations).migrate(connection)
            }
        }
        await pool.close()
        return name
    }

    private static func pool(_ url: String, maximumConnections: Int) -> PostgresPool {
        var configuration = PostgresConfiguration(
            connectionString: url,
            maximumConnections: maximumConnections,
            applicationName: "test-support"
        )
        // All tests of a run ask for their database at once, and a busy machine makes them one after another.
        configuration.queueTimeout = .seconds(120)
        return PostgresPool(
            configuration,
            logger: Logger(label: "test.postgres") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
