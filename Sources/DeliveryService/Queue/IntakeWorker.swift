import Contracts
import JSONRPC
import Logging
import Model
import ServiceLifecycle
import ServiceRuntime

/// What a queue of notifications from outside holds, and what is done with them.
///
/// Doing it again with the same ones must change nothing.
protocol QueueIntake: Sendable {
    associatedtype Item: Sendable

    var queueName: QueueName { get }
    /// Throws when the body is of no version of the queue's contract.
    func read(body: String, now: Timestamp) throws(InvalidBody) -> IntakeReading<Item>
    /// What became of the items, parallel to them.
    func run(_ items: [Item]) async throws -> [IntakeEnding]
}

enum IntakeReading<Item: Sendable>: Sendable {
    case item(Item)
    /// Nothing to do about it, and why.
    case ignored(String)
}

enum IntakeEnding: Equatable, Sendable {
    case done
    /// What it is about is not known, or not yet.
    case unmatched(reason: String)
}

/// Why a body is of no contract; such a message alone fails.
struct InvalidBody: Error, Equatable, CustomStringConvertible {
    var description: String
}

/// Takes messages off a queue of notifications, many at a time, and finishes each: done, buried with its reason, or left to come back.
struct IntakeWorker<Intake: QueueIntake>: Service {
    /// Messages in one round; a round costs the same few statements however many there are.
    static var round: Int { 100 }

    let queue: any MessageQueue
    let intake: Intake
    let logger: Logger
    private let signal = WakeSignal()
    private let activity = WorkerActivity()

    init(queue: any MessageQueue, intake: Intake, logger: Logger) {
        self.queue = queue
        self.intake = intake
        self.logger = logger
    }

    /// Messages may have come.
    func wake() { signal.wake() }

    /// True while messages are in work in this process.
    var isBusy: Bool { activity.count > 0 }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await work() }
                group.addTask {
                    for await _ in queue.wakeUps() { wake() }
                }
            }
        }
    }

    private func work() async {
        var pause = Duration.milliseconds(200)
        while !Task.isCancelled {
            do {
                while !Task.isCancelled, try await takeRound() { pause = .milliseconds(200) }
                await signal.wait(atMost: .seconds(5))
            } catch {
                logger.warning("notifications wait", metadata: ["queue": "\(intake.queueName.rawValue)", "error": "\(error)"])
                await signal.wait(atMost: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// Works on the next messages; false when there are none.
    func takeRound() async throws -> Bool {
        activity.begin()
        defer { activity.end() }
        // What was begun is finished although the process is stopping.
        return try await Shielded.run {
            let messages = try await queue.receive(intake.queueName, limit: Self.round)
            guard !messages.isEmpty else { return false }
            try await finish(messages)
            return true
        }
    }

    private func finish(_ messages: [ReceivedMessage]) async throws {
        var finished: [ReceivedMessage] = []
        var work: [(message: ReceivedMessage, item: Intake.Item)] = []
        let now = Timestamp.now()
        for message in messages {
            do throws(InvalidBody) {
                switch try intake.read(body: message.body, now: now) {
                case .item(let item): work.append((message, item))
                case .ignored(let reason):
                    logger.debug("a notification was passed over", metadata: ["reason": "\(reason)"])
                    finished.append(message)
                }
            } catch {
                try await queue.bury(message, reason: error.description)
            }
        }
        finished += try await carry(work)
        try await queue.deleteAll(finished)
    }

    /// The messages that are done.
    private func carry(_ work: [(message: ReceivedMessage, item: Intake.Item)]) async throws -> [ReceivedMessage] {
        guard !work.isEmpty else { return [] }
        do {
            return try await settle(work, try await intake.run(work.map(\.item)))
        } catch  where Self.isOutage(error) {
            // Nothing is wrong with the messages: this reception does not count against them.
            for entry in work { try await queue.release(entry.message) }
            throw error
        } catch  where work.count > 1 {
            // One of them cannot be stored; the others must not share its fate.
            var finished: [ReceivedMessage] = []
            for entry in work { finished += try await carry([entry]) }
            return finished
        } catch {
            logger.warning("a notification was not applied", metadata: ["message": "\(work[0].message.id)", "error": "\(error)"])
            if work[0].message.receiveCount >= QueueName.receiveLimit { try await queue.bury(work[0].message, reason: "\(error)") }
            return []
        }
    }

    private func settle(
        _ work: [(message: ReceivedMessage, item: Intake.Item)],
        _ endings: [IntakeEnding]
    ) async throws -> [ReceivedMessage] {
        var finished: [ReceivedMessage] = []
        for (entry, ending) in zip(work, endings) {
            switch ending {
            case .done: finished.append(entry.message)
            case .unmatched(let reason):
                // The outcome that tells the message's id may be on its way: the lease runs out and the message comes back.
                logger.info("a notification is about nothing that is known yet", metadata: ["reason": "\(reason)"])
                if entry.message.receiveCount >= QueueName.receiveLimit { try await queue.bury(entry.message, reason: reason) }
            }
        }
        return finished
    }

    private static func isOutage(_ error: any Error) -> Bool {
        if let call = error as? RPCCallError<NoFailure> {
            switch call {
            case .unavailable, .timedOut, .cancelled: return true
            case .failed, .refused, .protocolViolation: return false
            }
        }
        return (error as? any RPCUnavailability)?.isUnavailable ?? false
    }
}
