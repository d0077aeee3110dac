import Contracts
import JSONRPC
import Logging
import Postgres
import ServiceRuntime

/// Brings outcomes into the ledger, and does not lose them while Campaign is away: after some tries they go into Delivery's outbox.
///
/// Recording is guarded by attempt number, so repeating changes nothing. Should both ways fail, the rows become `unknown` at their
/// deadline: nothing is sent twice, and nothing is claimed that is not known.
struct OutcomeRecorder: Sendable {
    let campaign: any RPCCaller
    let database: PostgresPool
    let outbox: Outbox
    let logger: Logger
    /// Between the first two tries; the following pauses grow from it.
    var firstPause = Duration.milliseconds(50)

    func record(_ outcomes: RecordOutcomes) async {
        // Not cancelled with the worker: what was sent must be known.
        await Shielded.run {
            var pause = firstPause
            for _ in 0..<6 {
                if await call(outcomes) { return }
                try? await Task.sleep(for: pause)
                pause *= 2
            }
            for _ in 0..<10 {
                if await store(outcomes) { return }
                if await call(outcomes) { return }
                try? await Task.sleep(for: firstPause * 40)
            }
            logger.error("outcomes could not be recorded; their rows become unknown", metadata: ["count": "\(outcomes.outcomes.count)"])
        }
    }

    private func call(_ outcomes: RecordOutcomes) async -> Bool {
        do {
            _ = try await campaign.call(outcomes)
            return true
        } catch {
            logger.debug("outcomes wait for Campaign", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func store(_ outcomes: RecordOutcomes) async -> Bool {
        do {
            try await database.transaction { transaction in
                try await outbox.add(outcomes, to: .campaign, in: transaction)
            }
            outbox.wake()
            return true
        } catch {
            logger.debug("outcomes cannot be stored", metadata: ["error": "\(error)"])
            return false
        }
    }
}
