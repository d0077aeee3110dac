import Logging
import Postgres
import Synchronization

/// Brings outcomes into the ledger, those of one moment together, and takes their messages off the queue.
///
/// Recording is guarded by attempt, so repeating changes nothing. What cannot be recorded becomes `unknown` at its deadline.
final class MessageRecorder: Sendable {
    private struct Item: Sendable {
        var outcome: MessageOutcome
        var message: ReceivedMessage
    }

    private let database: PostgresPool
    private let logger: Logger
    private let groups: GroupCommit<Item, Void>
    private let windows: FinishedWindows

    init(database: PostgresPool, queue: any MessageQueue, logger: Logger, recorded: @escaping @Sendable () -> Void = {}) {
        let finished = FinishedWindows()
        self.database = database
        self.logger = logger
        windows = finished
        groups = GroupCommit { items in
            do {
                try await database.execute(RecordMessages(outcomes: items.map(\.outcome), finishedWindows: finished.take()))
            } catch {
                return items.map { _ in .failure(error) }
            }
            recorded()
            // A message that stays comes back and finds its row finished.
            do { try await queue.deleteAll(items.map(\.message)) } catch {
                logger.debug("finished messages stay in the queue", metadata: ["error": "\(error)"])
            }
            return items.map { _ in .success(()) }
        }
    }

    /// Tries for about 40 s: longer than that the deadline decides.
    func record(_ outcome: MessageOutcome, of message: ReceivedMessage) async {
        var pause = Duration.milliseconds(50)
        for _ in 0..<25 {
            do {
                return try await groups.run(Item(outcome: outcome, message: message))
            } catch {
                logger.debug("an outcome waits for the database", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
        }
        logger.error("an outcome could not be recorded; the message becomes unknown", metadata: ["message": "\(outcome.messageID)"])
    }

    /// All messages of a window are recorded: its row goes with the next statement.
    func close(_ windowID: Int64) { windows.add(windowID) }

    /// Closes what no statement has closed yet.
    func flush() async throws {
        let ids = windows.take()
        guard !ids.isEmpty else { return }
        try await database.execute(RecordMessages(outcomes: [], finishedWindows: ids))
    }
}

/// Windows whose row may be deleted; one that is forgotten is deleted at its deadline.
final class FinishedWindows: Sendable {
    private let ids = Mutex<[Int64]>([])
    func add(_ id: Int64) { ids.withLock { $0.append(id) } }
    func take() -> [Int64] {
        ids.withLock { ids in
            defer { ids = [] }
            return ids
        }
    }
}
