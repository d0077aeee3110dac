import Contracts
import JSONRPC
import Logging
import ServiceRuntime

/// Calls the `tick` of the services that can have due work.
struct Ticker: Sendable {
    var runtimeDirectory: String
    var logger: Logger

    /// - Returns: what each service found, or why it did not answer.
    func tickAll() async -> [ServiceName: Result<Int, CommandFailure>] {
        await withTaskGroup { group in
            group.addTask { (ServiceName.audience, await tick(AudienceTick.self, .audience)) }
            group.addTask { (ServiceName.campaign, await tick(CampaignTick.self, .campaign)) }
            group.addTask { (ServiceName.delivery, await tick(DeliveryTick.self, .delivery)) }
            group.addTask { (ServiceName.tracking, await tick(TrackingTick.self, .tracking)) }
            group.addTask { (ServiceName.gateway, await tick(GatewayTick.self, .gateway)) }
            var found: [ServiceName: Result<Int, CommandFailure>] = [:]
            for await (name, result) in group { found[name] = result }
            return found
        }
    }

    /// On a connection of its own that is closed at once: a pooled one would keep the service up.
    private func tick<Method: TickMethod>(_: Method.Type, _ name: ServiceName) async -> Result<Int, CommandFailure> {
        let client = RPCClient(address: .unix(path: "\(runtimeDirectory)/\(name.socketFileName)"), maximumConnections: 1, logger: logger)
        let result: Result<Int, CommandFailure>
        do {
            result = .success(try await client.call(Method(), deadline: .seconds(10), idempotencyKey: nil).due)
        } catch {
            result = .failure(CommandFailure("\(name.rawValue): \(error)"))
        }
        await client.close()
        return result
    }
}
