import Contracts
import JSONRPC
import Postgres
import Schemas
import ServiceRuntime

/// Puts the service together; tests call it too.
package enum TrackingBuild {
    package static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        let store = TrackingStore(database: environment.database)
        let forwarder = EventForwarder(store: store, campaign: environment.caller(.campaign), logger: environment.logger)
        let partitions = PartitionKeeper(store: store, logger: environment.logger)
        let handlers = TrackingHandlers(store: store, forwarder: forwarder, partitions: partitions)
        var methods = RPCMethodTable()
        handlers.register(in: &methods)
        methods.registerHealth(TrackingHealth.self, name: .tracking, database: environment.database)
        return BuiltService(
            methods: methods,
            services: [partitions, forwarder],
            statements: TrackingStore.statements,
            hasWork: { await forwarder.hasWork() }
        )
    }
}
