import Logging
import Model
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Takes `transactional-email` messages as soon as they come and as long as there are places, beside all campaigns.
///
/// At most ``places`` messages are on their way in one process; one that the provider keeps waiting holds nobody up. It also settles what
/// killed workers left.
final class TransactionalWorker: Service {
    static let places = 128
    static let windowSize = 64
    /// Between windows that are not half full.
    static let gathering = Duration.milliseconds(10)
    static let sweepInterval = Duration.seconds(5)

    private let database: PostgresPool
    private let queue: any MessageQueue
    private let window: TransactionalWindow
    private let recorder: MessageRecorder
    private let logger: Logger
    private let signal = WakeSignal()
    private let inWork = Mutex(0)

    init(database: PostgresPool, queue: any MessageQueue, window: TransactionalWindow, recorder: MessageRecorder, logger: Logger) {
        self.database = database
        self.queue = queue
        self.window = window
        self.recorder = recorder
        self.logger = logger
    }

    /// Messages may have come.
    func wake() { signal.wake() }

    var isBusy: Bool { inWork.withLock { $0 > 0 } }

    /// What was claimed here or elsewhere has no end yet, in this process or in one that is gone.
    func hasOpenWindows() async throws -> Bool {
        try await recorder.flush()
        return try await database.first(CountTransactionalWindows()) ?? 0 > 0
    }

    /// Settles what is past its deadline; how many messages that were.
    @discardableResult
    func sweep() async throws -> Int {
        try await recorder.flush()
        let settled = try await database.run(SettleOverdueMessages(ids: []))
        if !settled.isEmpty {
            logger.warning("transactional messages without an outcome were settled", metadata: ["count": "\(settled.count)"])
            wake()
        }
        return settled.count
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.receive() }
                group.addTask { await self.sweepRegularly() }
                group.addTask { for await _ in self.queue.wakeUps() { self.wake() } }
            }
        }
    }

    private func sweepRegularly() async {
        while !Task.isCancelled {
            do { try await sweep() } catch { logger.debug("the sweep waits for the database", metadata: ["error": "\(error)"]) }
            try? await Task.sleep(for: Self.sweepInterval)
        }
    }

    private func receive() async {
        await withDiscardingTaskGroup { group in
            var pause = Duration.milliseconds(200)
            while !Task.isCancelled {
                let free = Self.places - inWork.withLock { $0 }
                guard free > 0 else {
                    await signal.wait(atMost: .seconds(1))
                    continue
                }
                do {
                    let messages = try await take(min(free, Self.windowSize))
                    pause = .milliseconds(200)
                    guard !messages.isEmpty else {
                        // Put-off messages ring no bell.
                        await signal.wait(atMost: .seconds(1))
                        continue
                    }
                    let window = window
                    group.addTask { await Shielded.run { await window.run(messages) { self.leave($0) } } }
                    // What comes in a stream is taken together and shares its statements; a lone message has gone already.
                    if messages.count < Self.windowSize / 2 { try? await Task.sleep(for: Self.gathering) }
                } catch {
                    logger.warning("the queue cannot be read; trying again", metadata: ["error": "\(error)"])
                    await signal.wait(atMost: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
        }
    }

    /// Counted before they are received, so that the process does not go in between.
    private func take(_ limit: Int) async throws -> [ReceivedMessage] {
        let queue = queue
        inWork.withLock { $0 += limit }
        do {
            // Messages that are taken while the process begins to stop are still carried out.
            let messages = try await Shielded.run { try await queue.receive(.transactionalEmail, limit: limit) }
            leave(limit - messages.count, rings: false)
            return messages
        } catch {
            leave(limit, rings: false)
            throw error
        }
    }

    private func leave(_ count: Int, rings: Bool = true) {
        guard count > 0 else { return }
        let wasFull = inWork.withLock { inWork in
            defer { inWork -= count }
            return inWork >= Self.places
        }
        if rings, wasFull { wake() }
    }
}
