import Contracts
import JSONRPC
import Logging
import Postgres
import ServiceRuntime

/// What the operator and the tick ask the gateway about itself.
struct MaintenanceHandlers: Sendable {
    let spool: EventSpool
    let tracking: any RPCCaller
    let database: PostgresPool
    let logger: Logger

    func register(in methods: inout RPCMethodTable) {
        methods.on(GatewayTick.self) { _, _ in await tick() }
        methods.on(GatewayVerify.self) { _, _ in await verify() }
        methods.registerHealth(GatewayHealth.self, name: .gateway, database: database)
    }

    /// Empties the spool; while Tracking is away the lines stay due, and the replayer goes on trying.
    func tick() async -> TickReport {
        let due = await spool.counts().waiting
        guard due > 0 else { return TickReport(due: 0) }
        do {
            try await spool.replay(to: tracking)
        } catch {
            logger.debug("the spool waits for Tracking", metadata: ["error": "\(error)"])
        }
        return TickReport(due: due)
    }

    func verify() async -> VerifyReport {
        let counts = await spool.counts()
        let refused = "Tracking refused \(counts.refused) spooled lines; they are kept in \(spool.refusedFile)"
        return VerifyReport(
            mismatches: counts.refused > 0 ? [refused] : [],
            outboxPending: counts.waiting,
            checked: counts.waiting + counts.refused
        )
    }
}
