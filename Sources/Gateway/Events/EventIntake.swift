import Contracts
import JSONRPC
import Logging
import Synchronization

/// Gathers events of many requests into micro-batches, and says to each request when its event is durable.
///
/// While batches are under way the next ones fill up, so that a batch is as large as the load makes it and a lone event waits for nobody.
/// When Tracking does not take a batch, the spool does (DESIGN section 5, "Tracking").
final class EventIntake: Sendable {
    /// Batches under way at once; each costs Tracking one commit, so that few large ones carry more: one fills up while the others are written.
    static let maximumFlights = 2
    static let maximumBatch = 500
    static let patience = Duration.seconds(2)

    private struct State {
        var waiting: [(event: TrackingEvent, continuation: CheckedContinuation<Bool, Never>)] = []
        var flights = 0
        /// Until then Tracking is not asked, because it has just failed.
        var spoolUntil: ContinuousClock.Instant?
    }

    private let tracking: any RPCCaller
    private let spool: EventSpool
    private let logger: Logger
    private let state = Mutex(State())

    init(tracking: any RPCCaller, spool: EventSpool, logger: Logger) {
        self.tracking = tracking
        self.spool = spool
        self.logger = logger
    }

    /// Returns when the event is durable: true, or false when neither Tracking nor the disk took it.
    func record(_ event: TrackingEvent) async -> Bool {
        await withCheckedContinuation { continuation in
            let starts = state.withLock { state in
                state.waiting.append((event, continuation))
                guard state.flights < Self.maximumFlights else { return false }
                state.flights += 1
                return true
            }
            // A flight outlives the request that started it: it carries the events of others.
            if starts { Task { await fly() } }
        }
    }

    private func fly() async {
        while let batch = nextBatch() {
            let isDurable = await store(batch.map(\.event))
            for item in batch { item.continuation.resume(returning: isDurable) }
        }
    }

    private func nextBatch() -> [(event: TrackingEvent, continuation: CheckedContinuation<Bool, Never>)]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.flights -= 1
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func store(_ events: [TrackingEvent]) async -> Bool {
        if state.withLock({ $0.spoolUntil.map { $0 < .now } ?? true }) {
            do {
                _ = try await tracking.call(RecordEvents(events: events), deadline: Self.patience, idempotencyKey: nil)
                state.withLock { $0.spoolUntil = nil }
                return true
            } catch {
                logger.warning("Tracking does not take events; spooling", metadata: ["error": "\(error)"])
                state.withLock { $0.spoolUntil = .now.advanced(by: .seconds(5)) }
            }
        }
        return await spool.append(events)
    }
}
