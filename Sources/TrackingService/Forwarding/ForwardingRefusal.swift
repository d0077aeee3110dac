import Contracts
import JSON
import JSONRPC
import Logging
import Postgres
import ServiceRuntime

/// How often Campaign may refuse a micro-batch before it is moved aside.
struct RefusalLimits: Sendable {
    /// Campaign understood the call and will not have it.
    var refusals = 20
    /// Campaign broke on it (about an hour of pauses).
    var failures = 720
    /// Seconds.
    var firstPause = 0.1
    var lastPause = 5.0
    /// Refused micro-batches, one after another, that mean that Campaign takes nothing at this moment.
    var inARow = 5
}

/// Campaign answered, and did not take the events.
struct ForwardingRefusal: Error {
    var reason: String
    /// False: it broke, and may be well again.
    var isRefusal: Bool

    init(reason: String, isRefusal: Bool) {
        self.reason = reason
        self.isRefusal = isRefusal
    }

    /// nil when Campaign cannot be reached: waiting is all that helps.
    init?(_ error: RPCCallError<NoFailure>) {
        switch OutboxAnswer(error) {
        case .done, .away: return nil
        case .declined(let reason), .refused(let reason): self.init(reason: reason, isRefusal: true)
        case .failed(let reason): self.init(reason: reason, isRefusal: false)
        }
    }
}

extension TrackingStore {
    static let forwardingStatements: [any Statement.Type] = [
        WaitingBatches.self, ForwardingPage.self, DeleteForwarded.self, NoteRefusal.self, SplitForwarding.self, MoveAside.self,
        RedriveRefused.self, RefusedLines.self, ForwardingNumbers.self, PeekForwardingRows.self,
    ]

    /// Notes a refusal: the micro-batch waits a while, then its events go one by one, and what is refused alone is moved aside.
    func putOff(_ batch: ForwardingPage.Batch, _ refusal: ForwardingRefusal, _ limits: RefusalLimits, _ logger: Logger) async throws {
        let noted = try await database.first(
            NoteRefusal(
                id: batch.id,
                isRefusal: refusal.isRefusal,
                reason: String(refusal.reason.filter { $0 != "\0" }.prefix(500)),
                firstPause: limits.firstPause,
                lastPause: limits.lastPause
            )
        )
        guard let noted, noted.refusals >= limits.refusals || noted.failures >= limits.failures else { return }
        let metadata: Logger.Metadata = ["item": "\(batch.id)", "reason": "\(refusal.reason)"]
        if let events = batch.single, events.count > 1 {
            try await database.execute(SplitForwarding(id: batch.id, events: events))
            return logger.warning("refused events are tried one by one", metadata: metadata)
        }
        try await database.execute(MoveAside(id: batch.id))
        logger.error("refused events were moved aside", metadata: metadata)
    }
}

extension ForwardingPage.Batch {
    /// Its events one by one; nil when they cannot be read.
    var single: [String]? { (try? JSONValue.parse("[" + events + "]"))?.arrayValue?.map(\.text) }
}
