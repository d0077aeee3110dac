import JSONRPC
import Postgres
import ServiceLifecycle

/// What `build(_:)` of a service returns.
package struct BuiltService: Sendable {
    package var methods: RPCMethodTable
    /// Run beside the RPC server for the life of the process, in this order; shut down in reverse.
    package var services: [any Service]
    /// True while work is in flight or due (besides calls, connections and the outbox, which the runtime knows): keeps the process awake.
    package var hasWork: @Sendable () async -> Bool
    /// Prepared at start; the service refuses to start when one fails.
    package var statements: [any Statement.Type]
    /// When something other than a call last happened, such as a request on a listener of the service's own; nil before the first.
    package var lastActivity: @Sendable () -> ContinuousClock.Instant?

    package init(
        methods: RPCMethodTable,
        services: [any Service] = [],
        statements: [any Statement.Type] = [],
        hasWork: @escaping @Sendable () async -> Bool = { false },
        lastActivity: @escaping @Sendable () -> ContinuousClock.Instant? = { nil }
    ) {
        self.methods = methods
        self.services = services
        self.statements = statements
        self.hasWork = hasWork
        self.lastActivity = lastActivity
    }
}

/// A long-running part of a service that may hold the process up by itself.
///
/// The runtime asks each of ``BuiltService/services`` that conforms before it lets the process go.
package protocol KeepsAwake: Sendable {
    /// True while something is in flight or waits to be done.
    func hasWork() async -> Bool
}
