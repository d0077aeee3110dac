/// Brings one schema up to date: one transaction a migration, checksums, an advisory lock, table `<schema>.migrations`.
package struct Migrator: Sendable {
    private let schema: String
    private let role: String
    private let migrations: [Migration]
    private let plansByKeys: Bool

    /// - Parameter plansByKeys: the role's statements are planned along keys whatever the size of the tables. A plan is kept with its
    ///   connection: one made while a table was empty would read it whole, and go on doing so until the server's next ANALYZE.
    package init(schema: String, role: String, migrations: [Migration], plansByKeys: Bool = false) {
        self.schema = schema
        self.role = role
        self.migrations = migrations
        self.plansByKeys = plansByKeys
    }

    /// As the database's owner.
    ///
    /// Creates role and schema when absent. Returns the names that it applied.
    ///
    /// Several at once wait for each other; running it again applies nothing. A migration that fails is undone, and those before it stay.
    @discardableResult
    package func migrate(_ connection: PostgresConnection) async throws -> [String] {
        for name in [schema, role] + migrations.map(\.name) where !Self.isName(name) { throw MigrationError.invalidName(name) }
        // The role belongs to the whole server, the schema to this database: one lock for all schemas of a database keeps grants apart as well.
        try await connection.script("SELECT pg_advisory_lock(7166184920331)")
        do {
            try await connection.script(bootstrap)
            let applied = try await rows(connection)
            try compare(applied, isComplete: false)
            var names: [String] = []
            for migration in migrations.dropFirst(applied.count) {
                try await apply(migration, connection)
                names.append(migration.name)
            }
            try await connection.script(grants)
            try await connection.script("SELECT pg_advisory_unlock(7166184920331)")
            return names
        } catch {
            _ = try? await connection.simple("ROLLBACK; SELECT pg_advisory_unlock(7166184920331)", isShielded: true)
            throw error
        }
    }

    /// As the service: throws ``MigrationError`` unless the schema is exactly at the last migration.
    package func check(_ executor: some PostgresExecutor) async throws {
        guard Self.isName(schema) else { throw MigrationError.invalidName(schema) }
        let applied: [AppliedMigration]
        do {
            switch executor {
            case let pool as PostgresPool: applied = try await pool.withConnection { try await rows($0) }
            case let connection as PostgresConnection: applied = try await rows(connection)
            default: throw PostgresError(message: "a schema is checked over a pool or a connection")
            }
        } catch let error as PostgresError where ["42P01", "3F000", "42501"].contains(error.sqlState) {
            throw MigrationError.notMigrated(schema: schema, missing: migrations.map(\.name))
        }
        try compare(applied, isComplete: true)
    }

    private func compare(_ applied: [AppliedMigration], isComplete: Bool) throws {
        for (ours, theirs) in zip(migrations, applied) where ours.name != theirs.name || ours.checksum != theirs.checksum {
            throw MigrationError.changed(schema: schema, name: theirs.name)
        }
        if applied.count > migrations.count {
            throw MigrationError.newer(schema: schema, unknown: applied.dropFirst(migrations.count).map(\.name))
        }
        if isComplete, applied.count < migrations.count {
            throw MigrationError.notMigrated(schema: schema, missing: migrations.dropFirst(applied.count).map(\.name))
        }
    }

    private func rows(_ connection: PostgresConnection) async throws -> [AppliedMigration] {
        guard let result = try await connection.simple("SELECT name, checksum FROM \(schema).migrations ORDER BY id").last else {
            return []
        }
        return (0..<result.rowCount).map { row in
            AppliedMigration(name: result.text(row: row, column: 0) ?? "", checksum: result.text(row: row, column: 1) ?? "")
        }
    }

    private func apply(_ migration: Migration, _ connection: PostgresConnection) async throws {
        do {
            try await connection.script("BEGIN; SET LOCAL search_path = ''")
            try await connection.script(migration.sql)
            try await connection.script(
                """
                INSERT INTO \(schema).migrations (name, checksum) VALUES ('\(migration.name)', '\(migration.checksum)');
                COMMIT
                """
            )
        } catch let error as PostgresError { throw error.inStatement("\(schema).\(migration.name)") }
    }

    /// Lower-case letters, digits and underscores, a letter first, at most 63: needs no quoting.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 63, (97...122).contains(first) else { return false }
        return name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }
}

private struct AppliedMigration {
    let name: String
    let checksum: String
}

extension Migrator {
    /// The role and schema, in one transaction.
    ///
    /// Another database's migrator may make the same role at this moment.
    private var bootstrap: String {
        """
        BEGIN;
        DO $$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(role)') THEN
                CREATE ROLE \(role) LOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        CREATE SCHEMA IF NOT EXISTS \(schema);
        REVOKE ALL ON SCHEMA \(schema) FROM PUBLIC;
        CREATE TABLE IF NOT EXISTS \(schema).migrations (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL UNIQUE,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        COMMIT
        """
    }

    /// The role uses its schema, changes rows but no tables, and finds nothing by an unqualified name.
    private var grants: String {
        """
        BEGIN;
        GRANT USAGE ON SCHEMA \(schema) TO \(role);
        GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA \(schema) TO \(role);
        GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA \(schema) TO \(role);
        REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA \(schema) FROM PUBLIC;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA \(schema) TO \(role);
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON \(schema).migrations FROM \(role);
        ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO \(role);
        ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO \(role);
        ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) GRANT EXECUTE ON FUNCTIONS TO \(role);
        DO $$
        BEGIN
            EXECUTE pg_catalog.format('ALTER ROLE \(role) IN DATABASE %I SET search_path = %L', pg_catalog.current_database(), '');
            -- What a service has committed it has said to somebody: a server whose default is to lose the last moments must not decide that.
            EXECUTE pg_catalog.format('ALTER ROLE \(role) IN DATABASE %I SET synchronous_commit = on', pg_catalog.current_database());
            -- Short statements only: compiling one costs more than running it, and a bulk page's plan would be compiled each time.
            EXECUTE pg_catalog.format('ALTER ROLE \(role) IN DATABASE %I SET jit = off', pg_catalog.current_database());
            \(plannerSettings)
        END $$;
        COMMIT
        """
    }

    private var plannerSettings: String {
        let methods = ["enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_material"]
        return methods.map { method in
            let change = plansByKeys ? "SET \(method) = off" : "RESET \(method)"
            return "EXECUTE pg_catalog.format('ALTER ROLE \(role) IN DATABASE %I \(change)', pg_catalog.current_database());"
        }.joined(separator: "\n            ")
    }
}
