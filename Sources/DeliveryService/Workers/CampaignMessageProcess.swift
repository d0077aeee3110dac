import Contracts
import JSONRPC
import Logging
import Model

/// Carries one queue message through its windows.
struct CampaignMessageProcess: Sendable {
    /// Rows in one window (DESIGN section 5 item 3).
    static let windowSize = 64
    /// A longer wait for the limiter is spent in the queue.
    static let longestWait = 20.0

    /// What happens to the message afterwards.
    enum Ending: Equatable, Sendable {
        case done
        /// These rows are due later.
        case comeBack(recipientIDs: [Int64], delay: Duration)
        /// The process is stopping; somebody else goes on.
        case released
        case leaseLost
    }

    let campaign: any RPCCaller
    let queue: any MessageQueue
    let limiter: AccountRateKeeper
    let sender: WindowSender
    let recorder: OutcomeRecorder
    let workerName: String
    let logger: Logger
    /// How old a lease gets before it is renewed.
    var leaseInterval = LeaseKeeper.interval

    /// Works until the message is finished, must come back, or the task is cancelled; a window that was begun is always finished.
    func run(_ work: CampaignEmailMessage, message: ReceivedMessage) async throws -> Ending {
        var remaining = work.recipientIDs[...]
        var later = LaterRows()
        let lease = LeaseKeeper(queue: queue, message: message, interval: leaseInterval)
        while !remaining.isEmpty {
            if Task.isCancelled { return .released }
            guard try await lease.keep() else { return .leaseLost }
            switch try await limiter.current.take(min(remaining.count, Self.windowSize), for: .campaign) {
            case .wait(let seconds, _) where seconds > Self.longestWait:
                return .comeBack(recipientIDs: later.recipientIDs + remaining, delay: .seconds(min(seconds, 900)))
            case .wait(let seconds, _):
                // A cancelled wait ends the loop at its head.
                try? await Task.sleep(for: .seconds(min(max(seconds, 0.02), 5)))
            case .tokens(let count):
                let window = Array(remaining.prefix(count))
                let step = try await Shielded.run { try await lease.whileRunning { try await self.step(work, window) } }
                switch step {
                case .ended: return .done
                case .campaignAway: return .comeBack(recipientIDs: later.recipientIDs + remaining, delay: .seconds(5))
                case .worked(let claimed, let retries):
                    later.add(claimed)
                    later.add(retries)
                    remaining = remaining.dropFirst(count)
                }
            }
        }
        return later.recipientIDs.isEmpty ? .done : .comeBack(recipientIDs: later.recipientIDs, delay: later.delay)
    }

    private enum Step: Sendable {
        case ended
        /// Campaign cannot be reached; what it may have claimed unheard settles at its deadline.
        case campaignAway
        case worked(ClaimedRecipients, retries: [AttemptOutcome])
    }

    /// Claims one window, sends it and records what became of it.
    ///
    /// After the claim nothing may throw past the recording.
    private func step(_ work: CampaignEmailMessage, _ window: [Int64]) async throws -> Step {
        let begun = ContinuousClock.now
        guard let claimed = try await claim(work, window) else { return .campaignAway }
        var retries: [AttemptOutcome] = []
        if !claimed.recipientIDs.isEmpty {
            let report = await sender.send(claimed, claimedAt: begun)
            await recorder.record(
                RecordOutcomes(campaignID: work.campaignID, batchID: work.batchID, outcomes: report.outcomes, fault: report.fault)
            )
            await follow(report)
            retries = report.outcomes.filter { $0.kind == .retry }
        }
        await giveBack(window.count - claimed.recipientIDs.count)
        guard claimed.disposition == .sending else { return .ended }
        return .worked(claimed, retries: retries)
    }

    /// A fault of the limiter's database costs pace, never an outcome.
    private func follow(_ report: WindowSender.Report) async {
        do {
            if report.throttled { try await limiter.current.slowDown() }
            if let block = report.block { try await limiter.current.block(seconds: block.seconds, reason: block.reason) }
            if let fault = report.fault { logger.error("a campaign cannot be sent", metadata: ["reason": "\(fault.reason)"]) }
        } catch {
            logger.warning("the send rate could not be lowered", metadata: ["error": "\(error)"])
        }
    }

    private func giveBack(_ count: Int) async {
        do {
            try await limiter.current.giveBack(count)
        } catch {
            logger.debug("unused send tokens are lost", metadata: ["error": "\(error)"])
        }
    }

    /// The name is unique for each window, so that a repeated claim after a lost answer is told from anybody else's.
    ///
    /// Whose answer was lost gets its rows again. Nil when Campaign is away.
    private func claim(_ work: CampaignEmailMessage, _ window: [Int64]) async throws -> ClaimedRecipients? {
        let name = workerName + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
        let call = ClaimRecipients(campaignID: work.campaignID, batchID: work.batchID, recipientIDs: window, worker: name)
        for _ in 0..<2 {
            do {
                return try await campaign.call(call, deadline: WindowSender.latestStart, idempotencyKey: nil)
            } catch {
                switch error {
                case .unavailable: continue
                // The answer is too old to be used by the time it would come.
                case .timedOut, .cancelled: return nil
                case .failed, .refused, .protocolViolation: throw error
                }
            }
        }
        return nil
    }
}

/// Rows of a message that are due later, and how much later.
struct LaterRows: Sendable {
    private(set) var recipientIDs: [Int64] = []
    private(set) var delay = Duration.seconds(1)

    /// Held rows belong to another worker whose deadline decides; ask again when it must have passed.
    mutating func add(_ claimed: ClaimedRecipients) {
        recipientIDs += claimed.deferredIDs + claimed.heldIDs
        if !claimed.deferredIDs.isEmpty { delay = max(delay, .seconds(min(max(claimed.deferredSeconds, 1), 900))) }
        if !claimed.heldIDs.isEmpty { delay = max(delay, .seconds(15)) }
    }

    /// Rows that the provider did not take this time, due as the ledger was told.
    mutating func add(_ retries: [AttemptOutcome]) {
        recipientIDs += retries.map(\.recipientID).sorted()
        if let soonest = retries.map(\.retryAfterSeconds).min() { delay = max(delay, .seconds(min(max(soonest, 1), 900))) }
    }
}
