import Synchronization

/// Counts messages in work, for the idle decision.
final class WorkerActivity: Sendable {
    private let running = Mutex(0)

    var count: Int { running.withLock { $0 } }
    func begin() { running.withLock { $0 += 1 } }
    func end() { running.withLock { $0 -= 1 } }
}
