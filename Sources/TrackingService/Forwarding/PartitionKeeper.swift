import Logging
import Model
import ServiceLifecycle

/// Keeps the month partitions of the event log ahead of the calendar: at start, at each tick, and again while the database is away.
struct PartitionKeeper: Service {
    let store: TrackingStore
    let logger: Logger

    func run() async throws {
        while !Task.isCancelled {
            do {
                try await ensure()
                try await gracefulShutdown()
                return
            } catch is CancellationError {
                return
            } catch {
                logger.warning("partitions could not be made; the default partition takes events meanwhile", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }

    func ensure() async throws { try await store.ensureMonths(.now()) }
}
