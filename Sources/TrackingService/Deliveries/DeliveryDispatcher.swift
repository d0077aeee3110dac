import Logging
import Model
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Delivers what is due: many endpoints at once, a few requests to each, so that a slow or dead one delays nobody else.
///
/// Everything that it knows beyond the requests under way is in the database, so a killed process loses nothing: its leases run out and
/// the deliveries are due again (at least once).
final class DeliveryDispatcher: Service, KeepsAwake {
    /// What becomes due within this time keeps the process up; later retries wait for a tick.
    static let horizon: Double = 30

    private struct State {
        /// Requests under way by endpoint.
        var busy: [Int64: Int] = [:]
        var isStopping = false
        var total: Int { busy.values.reduce(0, +) }
    }

    private let store: TrackingStore
    private let sender: DeliverySender
    private let policy: DeliveryPolicy
    private let logger: Logger
    private let signal = WakeSignal()
    private let state = Mutex(State())

    init(store: TrackingStore, sender: DeliverySender, policy: DeliveryPolicy, logger: Logger) {
        self.store = store
        self.sender = sender
        self.policy = policy
        self.logger = logger
    }

    /// Something may have become due.
    func wake() { signal.wake() }

    func hasWork() async -> Bool {
        if state.withLock({ $0.total > 0 }) { return true }
        do { return try await store.nextDelivery().map { $0 < Self.horizon } ?? false } catch { return true }
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !isStopping {
                    let pause = await start(in: &group)
                    if !isStopping { await signal.wait(atMost: pause) }
                }
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            self.wake()
        }
    }

    private var isStopping: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

    /// Starts what is due and fits; says how long nothing more can be due.
    private func start(in group: inout DiscardingTaskGroup) async -> Duration {
        let (busy, room) = state.withLock { ($0.busy, policy.concurrency - $0.total) }
        guard room > 0 else { return .seconds(1) }
        do {
            let leased = try await store.lease(busy: busy, total: room, policy: policy)
            for delivery in leased {
                state.withLock { $0.busy[delivery.endpointID, default: 0] += 1 }
                group.addTask { await self.deliver(delivery) }
            }
            guard leased.isEmpty else { return .zero }
            let next = try await store.nextDelivery() ?? 10
            // What is due and was not leased waits for a request of its endpoint to end, which rings.
            return .milliseconds(Int(min(max(next, 0.2), 10) * 1_000))
        } catch {
            logger.debug("deliveries wait for the database", metadata: ["error": "\(error)"])
            return .seconds(1)
        }
    }

    private func deliver(_ delivery: LeasedDelivery) async {
        let startedAt = Timestamp.now()
        let begun = ContinuousClock.now
        // Shutdown cuts requests off: their leases are given back, and the next process repeats them.
        let result = await cancelWhenGracefulShutdown { await self.sender.send(delivery, now: startedAt) }
        let milliseconds = Int(begun.duration(to: .now) / .milliseconds(1))
        do {
            if result.isCancelled {
                try await store.release(delivery)
            } else {
                try await store.finish(delivery, result, startedAt: startedAt, milliseconds: milliseconds)
            }
        } catch {
            logger.warning("a delivery's end was not recorded; its lease runs out", metadata: ["error": "\(error)"])
        }
        state.withLock { state in
            let left = (state.busy[delivery.endpointID] ?? 1) - 1
            state.busy[delivery.endpointID] = left > 0 ? left : nil
        }
        wake()
    }
}
