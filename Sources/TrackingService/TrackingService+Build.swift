import Configuration
import Contracts
import JSONRPC
import Postgres
import Schemas
import ServiceRuntime

/// Puts the service together; tests call it too.
package enum TrackingBuild {
    package static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        let store = TrackingStore(database: environment.database)
        let policy = try DeliveryPolicy(environment.configuration)
        let state = environment.configuration.string(forKey: "datamailer.state.dir", default: "/var/lib/datamailer")
        let keysFile = environment.configuration.string(forKey: "datamailer.token.keys.file", default: state + "/token-keys")
        let secrets = EndpointSecrets.load(path: keysFile, logger: environment.logger)
        let sender = DeliverySender(transport: policy.transport, policy: policy, secrets: secrets)
        let dispatcher = DeliveryDispatcher(store: store, sender: sender, policy: policy, logger: environment.logger)
        let forwarder = EventForwarder(store: store, campaign: environment.caller(.campaign), logger: environment.logger) { dispatcher.wake() }
        let partitions = PartitionKeeper(store: store, logger: environment.logger)
        var methods = RPCMethodTable()
        TrackingHandlers(store: store, forwarder: forwarder, partitions: partitions, dispatcher: dispatcher).register(in: &methods)
        EndpointHandlers(store: store, dispatcher: dispatcher, policy: policy, secrets: secrets).register(in: &methods)
        methods.registerHealth(TrackingHealth.self, name: .tracking, database: environment.database)
        return BuiltService(
            methods: methods,
            services: [partitions, forwarder, dispatcher],
            statements: TrackingStore.statements,
            hasWork: { await forwarder.hasWork() }
        )
    }
}
