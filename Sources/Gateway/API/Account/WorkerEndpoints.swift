import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/workers/status`.
enum WorkerEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [status(services)] }

    static func status(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/workers/status",
            id: "getWorkerStatus",
            tag: .account,
            access: .key(.workersRead),
            summary: "How much waits in each queue, of all clients of this installation.",
            details: """
                For the operator of the installation: only `datamailer key create --scope workers:read` makes a key for it. Numbers only. `dead` are \
                messages that failed too often and wait for the operator.
                """,
            answers: [.ok(payload.shape)]
        ) { _ in
            .json(payload.value(try await services.delivery.answer(ListQueues())))
        }
    }

    private static let queue = Payload<QueueNumbers>(
        "Queue",
        [
            .member("name", .string) { .string($0.name) },
            .member("waiting", .integer, "Ready or delayed.") { .integer($0.waiting) },
            .member("in_flight", .integer, "Taken by a worker.") { .integer($0.inFlight) },
            .member("dead", .integer) { .integer($0.dead) },
        ]
    )

    private static let payload = Payload<QueueList>(
        "WorkerStatus",
        [.member("queues", .list(of: queue.shape)) { .array($0.queues.map(queue.value)) }]
    )
}
