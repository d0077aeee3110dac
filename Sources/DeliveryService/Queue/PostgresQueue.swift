import Contracts
import Model
import Postgres

/// The default backend: `SKIP LOCKED`, leases by the database's clock, NOTIFY to wake.
struct PostgresQueue: MessageQueue {
    static let channel = "datamailer_delivery_queue"

    let database: PostgresPool

    func send(_ queue: QueueName, bodies: [String], delay: Duration) async throws {
        guard !bodies.isEmpty else { return }
        try await database.execute(
            SendQueueMessages(queue: queue, bodies: bodies, delaySeconds: min(max(delay.components.seconds, 0), 900))
        )
    }

    func receive(_ queue: QueueName, limit: Int) async throws -> [ReceivedMessage] {
        // Buried messages must not look like an empty queue.
        while true {
            let received = try await database.run(ReceiveQueueMessages(queue: queue, limit: limit))
            var live: [ReceivedMessage] = []
            for message in received {
                if message.receiveCount > QueueName.receiveLimit {
                    try await bury(message, reason: "received \(QueueName.receiveLimit) times without success")
                } else {
                    live.append(message)
                }
            }
            if !live.isEmpty || received.isEmpty { return live }
        }
    }

    func extend(_ message: ReceivedMessage) async throws -> Bool {
        try await database.execute(ExtendQueueMessage(message: message)) == 1
    }

    func release(_ message: ReceivedMessage) async throws {
        try await database.execute(ReleaseQueueMessage(message: message))
    }

    func delete(_ message: ReceivedMessage) async throws {
        try await database.execute(DeleteQueueMessage(message: message))
    }

    func deleteAll(_ messages: [ReceivedMessage]) async throws {
        guard !messages.isEmpty else { return }
        try await database.execute(DeleteQueueMessages(messages: messages))
    }

    func bury(_ message: ReceivedMessage, reason: String) async throws {
        try await database.execute(BuryQueueMessage(message: message, reason: String(reason.prefix(1_000))))
    }

    func wakeUps() -> AsyncStream<Void> {
        let notifications = database.listen(Self.channel)
        return AsyncStream { continuation in
            // The only unstructured task here: it ends with the stream it feeds.
            let pump = Task {
                for await _ in notifications { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in pump.cancel() }
        }
    }
}
