import JSON
import JSONRPC
import Logging
import CoreMetrics
import Postgres
import ServiceLifecycle
import Synchronization

/// Carries the items of one ``Outbox`` to their destinations, each destination in order and by itself.
package final class OutboxPusher: Service, KeepsAwake {
    /// Sees a successful call's raw result inside the transaction that deletes the item.
    package typealias ResultHandler =
        @Sendable (_ method: String, _ params: RawJSONText, _ result: RawJSONText, _ transaction: PostgresConnection) async throws -> Void

    /// How long and how often the pusher tries.
    package struct Limits: Sendable {
        /// Refusals of the same item, one after another, before it is moved aside.
        package var refusals = 20
        /// Internal errors of the destination on the same item before it is moved aside (about an hour of back-off).
        package var failures = 720
        package var firstPause: Duration = .milliseconds(50)
        package var lastPause: Duration = .seconds(5)
        /// How often it looks while items wait.
        package var poll: Duration = .seconds(2)
        /// How often it looks when nobody woke it.
        package var idlePoll: Duration = .seconds(10)
        package init() {}
    }

    struct State {
        var running: Set<String> = []
        var isStopping = false
        /// What the last look at the table found; kept while the database is away.
        var mayHaveItems = true
    }

    let outbox: Outbox
    let database: PostgresPool
    let caller: @Sendable (ServiceName) -> any RPCCaller
    let logger: Logger
    let onResult: ResultHandler?
    let limits: Limits
    let state = Mutex(State())
    let pushed: Counter

    package init(
        outbox: Outbox,
        database: PostgresPool,
        caller: @escaping @Sendable (ServiceName) -> any RPCCaller,
        logger: Logger,
        limits: Limits = Limits(),
        onResult: ResultHandler? = nil
    ) {
        self.outbox = outbox
        self.database = database
        self.caller = caller
        self.logger = logger
        self.limits = limits
        self.onResult = onResult
        pushed = Counter(label: "datamailer_outbox_pushed", dimensions: [("schema", outbox.service.schema)])
    }

    /// Pushes until the task is cancelled or graceful shutdown begins; the call in flight is finished then.
    package func run() async throws {
        await withGracefulShutdownHandler {
            var backoff = Backoff(first: limits.firstPause, last: limits.lastPause)
            while !isStopping {
                do {
                    let pause = try await session() ? limits.idlePoll : limits.poll
                    backoff.reset()
                    await outbox.signal.wait(atMost: pause)
                } catch {
                    logger.debug("outbox waits for the database", metadata: ["error": "\(Self.summary(error))"])
                    await outbox.signal.wait(atMost: backoff.advance())
                }
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            self.outbox.wake()
        }
    }

    /// Whether an item waits that can still go; while the database is away, whether one did.
    package func hasWork() async -> Bool {
        do {
            let waits = try await !outbox.table.destinations(in: database).isEmpty
            state.withLock { $0.mayHaveItems = waits }
            return waits
        } catch {
            return state.withLock { $0.mayHaveItems }
        }
    }

    var isStopping: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

    static func summary(_ error: any Error) -> String {
        if let error = error as? PostgresError { return error.sqlState ?? error.message }
        return "\(type(of: error))"
    }
}
