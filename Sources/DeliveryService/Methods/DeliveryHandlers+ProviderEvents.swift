import Contracts
import JSONRPC
import Postgres

extension DeliveryHandlers {
    func enqueueProviderEvents(_ call: EnqueueProviderEvents) async throws -> Empty {
        // A body of no contract is kept too: it goes to the dead letters with its reason. Postgres' text holds no NUL.
        guard call.bodies.count <= EnqueueProviderEvents.maximumBodies else { throw TooManyBodies() }
        let bodies = call.bodies.map { $0.filter { $0 != "\0" } }
        guard !bodies.isEmpty else { return Empty() }
        try await database.execute(SendQueueMessages(queue: .sesWebhooks, bodies: bodies, delaySeconds: 0))
        wake()
        return Empty()
    }
}

/// More bodies in one call than its contract allows.
struct TooManyBodies: Error {}
