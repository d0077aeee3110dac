import Contracts
import JSONRPC
import Logging
import Synchronization

/// Gathers events of many requests into micro-batches, and says to each request when its event is durable.
///
/// While batches are under way the next ones fill up, so that a batch is as large as the load makes it; a lone event waits for one batch at most.
/// When Tracking does not take a batch, the spool does (DESIGN section 5, "Tracking").
final class EventIntake: Sendable {
    /// Batches under way at once; each costs Tracking one commit, so that few large ones carry more: one fills up while the others are written.
    static let maximumFlights = 2
    static let maximumBatch = 500
    static let patience = Duration.seconds(2)

    /// Who is told when an event is durable.
    private enum Waiter {
        case task(CheckedContinuation<Bool, Never>)
        case connection(PixelTurn)
    }

    private typealias Item = (event: TrackingEvent, waiter: Waiter)

    private struct State {
        var waiting: [Item] = []
        var flights = 0
        /// Events in the batches under way.
        var flying = 0

        /// Whether another batch may leave: beside one under way it must be worth a commit of its own.
        var mayLeave: Bool { !waiting.isEmpty && waiting.count * 2 >= flying }
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
        await withCheckedContinuation { add((event, .task($0))) }
    }

    /// The connection goes on when the event is durable, or when neither Tracking nor the disk took it.
    func record(_ event: TrackingEvent, for turn: PixelTurn) { add((event, .connection(turn))) }

    private func add(_ item: Item) {
        let starts = state.withLock { state in
            state.waiting.append(item)
            guard state.flights < Self.maximumFlights, state.mayLeave else { return false }
            state.flights += 1
            return true
        }
        // A flight outlives the request that started it: it carries the events of others.
        if starts { Task { await fly() } }
    }

    private func fly() async {
        var landed = 0
        while let batch = nextBatch(landed: landed) {
            landed = batch.count
            let isDurable = await store(batch.map(\.event))
            var turns: [PixelTurn] = []
            for item in batch {
                switch item.waiter {
                case .task(let continuation): continuation.resume(returning: isDurable)
                case .connection(let turn): turns.append(turn)
                }
            }
            PixelTurn.finish(turns)
        }
    }

    /// The next batch of a flight; nil ends the flight.
    private func nextBatch(landed: Int) -> [Item]? {
        state.withLock { state in
            state.flying -= landed
            guard state.mayLeave else {
                state.flights -= 1
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.maximumBatch))
            state.waiting.removeFirst(batch.count)
            state.flying += batch.count
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
