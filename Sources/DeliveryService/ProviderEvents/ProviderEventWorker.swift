import Contracts
import JSONRPC
import Logging
import Model
import ServiceLifecycle
import ServiceRuntime

/// Takes messages off the queue `ses-webhooks`, many at a time, and finishes each: done, buried with its reason, or left to come back.
struct ProviderEventWorker: Service {
    /// Messages in one round; a round costs the same few statements however many there are.
    static let round = 100

    let queue: any MessageQueue
    let process: ProviderEventProcess
    let logger: Logger
    private let signal = WakeSignal()
    private let activity = WorkerActivity()

    init(queue: any MessageQueue, process: ProviderEventProcess, logger: Logger) {
        self.queue = queue
        self.process = process
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
                logger.warning("provider events wait", metadata: ["error": "\(error)"])
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
            let messages = try await queue.receive(.sesWebhooks, limit: Self.round)
            guard !messages.isEmpty else { return false }
            try await finish(messages)
            return true
        }
    }

    private func finish(_ messages: [ReceivedMessage]) async throws {
        var finished: [ReceivedMessage] = []
        var work: [(message: ReceivedMessage, notification: ProviderNotification)] = []
        let now = Timestamp.now()
        for message in messages {
            do throws(SESEvent.Invalid) {
                switch try SESWebhookMessage.read(body: message.body, now: now) {
                case .notification(let notification): work.append((message, notification))
                case .ignored(let reason):
                    logger.debug("a provider message was passed over", metadata: ["reason": "\(reason)"])
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
    private func carry(_ work: [(message: ReceivedMessage, notification: ProviderNotification)]) async throws -> [ReceivedMessage] {
        guard !work.isEmpty else { return [] }
        do {
            return try await settle(work, try await process.run(work.map(\.notification)))
        } catch  where Self.isOutage(error) {
            // Nothing is wrong with the messages: this reception does not count against them.
            for item in work { try await queue.release(item.message) }
            throw error
        } catch  where work.count > 1 {
            // One of them cannot be stored; the others must not share its fate.
            var finished: [ReceivedMessage] = []
            for item in work { finished += try await carry([item]) }
            return finished
        } catch {
            logger.warning("a provider event was not applied", metadata: ["message": "\(work[0].message.id)", "error": "\(error)"])
            if work[0].message.receiveCount >= QueueName.receiveLimit { try await queue.bury(work[0].message, reason: "\(error)") }
            return []
        }
    }

    private func settle(
        _ work: [(message: ReceivedMessage, notification: ProviderNotification)],
        _ endings: [ProviderEventProcess.Ending]
    ) async throws -> [ReceivedMessage] {
        var finished: [ReceivedMessage] = []
        for (item, ending) in zip(work, endings) {
            switch ending {
            case .done: finished.append(item.message)
            case .unmatched(let reason):
                // The outcome that tells the message's id may be on its way: the lease runs out and the message comes back.
                logger.info("a provider event has no message yet", metadata: ["reason": "\(reason)"])
                if item.message.receiveCount >= QueueName.receiveLimit { try await queue.bury(item.message, reason: reason) }
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
