import Configuration
import Foundation
import JSONRPC
import Logging
import Postgres
import ServiceLifecycle
import Systemd
import UnixSignals

/// One run of a service's process, from its configuration to its end.
struct ServiceProcess: Sendable {
    /// How long draining may take before what is left is cancelled.
    static let drainLimit: Duration = .seconds(15)
    /// When the kernel ends a process that does not end by itself, in seconds after draining began.
    static let hardLimit: UInt32 = 19

    var name: ServiceName
    var configuration: RuntimeConfiguration
    var reader: ConfigReader
    var sockets: ServiceSockets
    var migrations: [Migration]
    var logger: Logger

    func run(_ build: @Sendable (ServiceEnvironment) async throws -> BuiltService) async throws {
        let pool = PostgresPool(databaseConfiguration, logger: logger)
        let callers = ServiceCallers(runtimeDirectory: configuration.runtimeDirectory, reader: reader, logger: logger)
        let environment = ServiceEnvironment(
            name: name,
            configuration: reader,
            logger: logger,
            database: pool,
            caller: { callers.caller($0) }
        )
        let schema = SchemaCheck(name: name, migrations: migrations, database: pool, logger: logger)
        let isChecked = try await schema.checkNow()
        let built = try await build(environment)
        if isChecked { try await schema.prepare(built.statements) }
        do {
            try await serve(built, schema: isChecked ? nil : schema)
        } catch {
            await callers.close()
            await pool.close()
            throw error
        }
        await callers.close()
        await pool.close()
    }

    private var databaseConfiguration: PostgresConfiguration {
        PostgresConfiguration(
            connectionString: configuration.database.connectionString,
            directConnectionString: configuration.database.directConnectionString,
            passwordFile: configuration.database.passwordFile,
            maximumConnections: configuration.database.maximumConnections,
            applicationName: "datamailer-\(name.rawValue)",
            usesPreparedStatements: configuration.database.usesPreparedStatements
        )
    }

    private func serve(_ built: BuiltService, schema: SchemaCheck?) async throws {
        let journal = CallJournal()
        let identity = PeerIdentity(trustsSameUser: configuration.trustsSameUser, trustsLoopback: configuration.listen != nil)
        let server = RPCServer(
            methods: CallObserver(journal: journal).observing(built.methods),
            addresses: sockets.addresses(for: name, configuration),
            title: name.executableName,
            identify: { identity.peer($0) },
            logger: logger
        )
        _ = try await server.bind()
        let parts = built.services.compactMap { $0 as? any KeepsAwake }
        let hasWork = built.hasWork
        let monitor = IdleMonitor(
            policy: IdleExitPolicy(idleAfter: configuration.idleExit),
            activity: { server.activity },
            journal: journal,
            lastActivity: built.lastActivity,
            hasWork: {
                for part in parts where await part.hasWork() { return true }
                return await hasWork()
            },
            logger: logger
        )
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let schema {
            services.append(
                .init(service: LateSchemaCheck(check: schema, statements: built.statements), successTerminationBehavior: .ignore)
            )
        }
        services += built.services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) }
        services.append(.init(service: RPCService(server: server), successTerminationBehavior: .gracefullyShutdownGroup))
        services.append(.init(service: ManagerNotice(name: name, hardLimit: Self.hardLimit), successTerminationBehavior: .ignore))
        services.append(.init(service: monitor, successTerminationBehavior: .gracefullyShutdownGroup))
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger)
        group.maximumGracefulShutdownDuration = Self.drainLimit
        try await ServiceGroup(configuration: group).run()
    }

    /// The group tells every step of its life; only what goes wrong is news.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
