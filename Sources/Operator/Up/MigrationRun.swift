import Foundation
import Logging
import Postgres
import Schemas
import ServiceRuntime

/// Brings the schemas of all services up to date.
struct MigrationRun: Sendable {
    struct Applied: Sendable, Equatable {
        var service: ServiceName
        var names: [String]
    }

    var environment: [String: String]
    var logger: Logger

    /// The owner's URL of each service's database: `DATAMAILER_<SERVICE>_MIGRATION_URL` for one that has a server of its own, else
    /// `DATAMAILER_DATABASE_DIRECT_URL`, else `DATAMAILER_DATABASE_URL`.
    ///
    /// It must lead to the server itself: migrations hold a lock of the session, which a pooler in transaction mode takes apart.
    func run() async throws -> [Applied] {
        var applied: [Applied] = []
        for name in ServiceName.allCases {
            let keys = ["DATAMAILER_\(name.rawValue.uppercased())_MIGRATION_URL", "DATAMAILER_DATABASE_DIRECT_URL", "DATAMAILER_DATABASE_URL"]
            guard let url = keys.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else {
                throw CommandFailure(
                    "DATAMAILER_DATABASE_URL is not set: the database owner's URL, for example postgresql://owner@host/datamailer"
                )
            }
            applied.append(Applied(service: name, names: try await migrate(name, url)))
        }
        return applied
    }

    private func migrate(_ name: ServiceName, _ url: String) async throws -> [String] {
        let configuration = PostgresConfiguration(
            connectionString: url,
            passwordFile: environment["DATAMAILER_DATABASE_PASSWORD_FILE"],
            maximumConnections: 1,
            applicationName: "datamailer-migrate",
            usesPreparedStatements: false
        )
        let pool = PostgresPool(configuration, logger: logger)
        do {
            let names = try await pool.withConnection { connection in
                try await Migrator(
                    schema: name.schema,
                    role: name.databaseRole,
                    migrations: Self.migrations(of: name),
                    plansByKeys: name.plansByKeys
                ).migrate(connection)
            }
            await pool.close()
            return names
        } catch {
            await pool.close()
            throw CommandFailure("schema \(name.schema): \(error)")
        }
    }

    static func migrations(of name: ServiceName) -> [Migration] {
        switch name {
        case .audience: Schemas.audience
        case .campaign: Schemas.campaign
        case .delivery: Schemas.delivery
        case .tracking: Schemas.tracking
        case .gateway: Schemas.gateway
        }
    }
}
