import Contracts
import JSONRPC
import Postgres

extension DeliveryHandlers {
    func enqueueProviderEvents(_ call: EnqueueProviderEvents) async throws -> Empty {
        guard call.bodies.count <= EnqueueProviderEvents.maximumBodies else { throw TooManyBodies() }
        return try await enqueue(call.bodies, .sesWebhooks)
    }

    func enqueueEmailEvents(_ call: EnqueueEmailEvents) async throws -> Empty {
        guard call.bodies.count <= EnqueueEmailEvents.maximumBodies else { throw TooManyBodies() }
        return try await enqueue(call.bodies, .emailEvents)
    }

    /// A body of no contract is kept too: it goes to the dead letters with its reason.
    private func enqueue(_ given: [String], _ queue: QueueName) async throws -> Empty {
        // Postgres' text holds no NUL.
        let bodies = given.map { $0.filter { $0 != "\0" } }
        guard !bodies.isEmpty else { return Empty() }
        try await database.execute(SendQueueMessages(queue: queue, bodies: bodies, delaySeconds: 0))
        wake()
        return Empty()
    }
}

/// More bodies in one call than its contract allows.
struct TooManyBodies: Error {}
