import Contracts
import JSONRPC
import Logging
import Postgres
import Schemas
import ServiceRuntime
import Tokens

/// Puts the gateway together; tests call it too.
package enum GatewayBuild {
    package static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        let configuration = try GatewayConfiguration(environment.configuration)
        let keys = try TokenKeys.load(path: configuration.tokenKeysFile)
        let spool = try EventSpool(directory: configuration.spoolDirectory, logger: environment.logger)
        let tracking = environment.caller(.tracking)
        let intake = EventIntake(tracking: tracking, spool: spool, logger: environment.logger)
        let responder = GatewayResponder(
            routes: GatewayRoutes.make(
                PublicLinks(
                    verifier: TokenVerifier(keys: keys),
                    intake: intake,
                    audience: environment.caller(.audience),
                    campaign: environment.caller(.campaign)
                ),
                APIServices(
                    audience: environment.caller(.audience),
                    campaign: environment.caller(.campaign),
                    delivery: environment.caller(.delivery),
                    tracking: tracking,
                    provider: try ProviderIntake(configuration.provider, logger: environment.logger),
                    confirmations: TrackingLinks(publicURL: configuration.publicURL, signer: TokenSigner(keys: keys))
                ),
                limits: RequestRateLimits(keyRate: configuration.keyRate),
                publicURL: configuration.publicURL
            ),
            proxies: configuration.proxies,
            logger: environment.logger
        )
        let inherited = InheritedListeners.take("gateway-http").first
        let listener: GatewayListener =
            inherited.map { .descriptor($0) } ?? .address(host: configuration.listen.host, port: configuration.listen.port)
        let pixels = PixelLinks(verifier: TokenVerifier(keys: keys), intake: intake, proxies: configuration.proxies)
        let server = GatewayServer(listener: listener, responder: responder, pixels: pixels, logger: environment.logger)
        let replayer = SpoolReplayer(spool: spool, tracking: tracking, logger: environment.logger)
        return BuiltService(
            methods: methods(environment, spool, tracking),
            services: [replayer, server],
            statements: GatewayStatements.all,
            hasWork: {
                if server.connections.count > 0 { return true }
                return await !spool.isEmpty
            },
            lastActivity: { server.connections.lastActivity }
        )
    }

    private static func methods(_ environment: ServiceEnvironment, _ spool: EventSpool, _ tracking: any RPCCaller) -> RPCMethodTable {
        var methods = RPCMethodTable()
        UserHandlers(database: environment.database).register(in: &methods)
        MaintenanceHandlers(spool: spool, tracking: tracking, database: environment.database, logger: environment.logger)
            .register(in: &methods)
        return methods
    }
}

/// Every statement of the gateway, prepared at start.
enum GatewayStatements {
    static let all: [any Statement.Type] = [UpsertUser.self]
}
