import Contracts
import Logging
import Model
import ServiceLifecycle
import ServiceRuntime

/// Takes `campaign-email` messages and carries each through claim, rendering, sending and recording.
///
/// Two lanes work side by side, each on one window of at most 64 rows, so that at most 128 rows are `attempting` per process (DESIGN
/// section 5 item 3): while one lane waits for the ledger, the other sends.
struct CampaignWorker: Service {
    static let lanes = 2

    let queue: any MessageQueue
    let process: CampaignMessageProcess
    let logger: Logger
    private let signals = (0..<CampaignWorker.lanes).map { _ in WakeSignal() }
    private let activity = WorkerActivity()

    init(queue: any MessageQueue, process: CampaignMessageProcess, logger: Logger) {
        self.queue = queue
        self.process = process
        self.logger = logger
    }

    /// Messages may have come.
    func wake() { for signal in signals { signal.wake() } }

    /// True while a message is in work in this process.
    var isBusy: Bool { activity.count > 0 }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for signal in signals { group.addTask { await lane(signal) } }
                group.addTask {
                    for await _ in queue.wakeUps() { wake() }
                }
            }
        }
    }

    private func lane(_ signal: WakeSignal) async {
        var pause = Duration.milliseconds(200)
        while !Task.isCancelled {
            do {
                while !Task.isCancelled, try await takeOne() { pause = .milliseconds(200) }
                await signal.wait(atMost: .seconds(5))
            } catch {
                logger.warning("the queue cannot be read; trying again", metadata: ["error": "\(error)"])
                await signal.wait(atMost: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    /// Works on the next message; false when there is none.
    private func takeOne() async throws -> Bool {
        activity.begin()
        defer { activity.end() }
        let queue = queue
        // A message that is taken while the process begins to stop would stay leased for nothing.
        let received = try await Shielded.run { try await queue.receive(.campaignEmail, limit: 1) }
        guard let message = received.first else { return false }
        await finish(message)
        return true
    }

    private func finish(_ message: ReceivedMessage) async {
        do {
            let work = try CampaignEmailMessage(body: message.body)
            let ending = try await process.run(work, message: message)
            try await Shielded.run { try await settle(message, work, ending) }
        } catch let invalid as CampaignEmailMessage.Invalid {
            await Shielded.run { try? await queue.bury(message, reason: invalid.description) }
        } catch {
            // The lease runs out and the message comes back; the ledger knows what was done.
            logger.warning("a campaign message was not finished", metadata: ["message": "\(message.id)", "error": "\(error)"])
        }
    }

    private func settle(_ message: ReceivedMessage, _ work: CampaignEmailMessage, _ ending: CampaignMessageProcess.Ending) async throws {
        switch ending {
        case .done: try await queue.delete(message)
        case .comeBack(let recipientIDs, let delay):
            // A new message instead of a longer lease: it does not count towards the receive limit, and SQS cannot change a body.
            let rest = CampaignEmailMessage(campaignID: work.campaignID, batchID: work.batchID, recipientIDs: recipientIDs)
            try await queue.send(.campaignEmail, bodies: [rest.body], delay: delay)
            try await queue.delete(message)
        case .released: try await queue.release(message)
        case .leaseLost: break
        }
    }
}
