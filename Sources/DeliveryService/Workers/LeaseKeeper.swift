import Synchronization

/// Prolongs a message's lease at a third of its length: before each window, and beside one that takes long.
final class LeaseKeeper: Sendable {
    static let interval = QueueName.visibility / 3

    private struct State {
        var renewed = ContinuousClock.now
        var isLost = false
    }

    private let queue: any MessageQueue
    private let message: ReceivedMessage
    private let interval: Duration
    private let state = Mutex(State())

    init(queue: any MessageQueue, message: ReceivedMessage, interval: Duration = LeaseKeeper.interval) {
        self.queue = queue
        self.message = message
        self.interval = interval
    }

    /// False when the lease is lost: another worker goes on with the message.
    func keep() async throws -> Bool {
        let (isLost, renewed) = state.withLock { ($0.isLost, $0.renewed) }
        if isLost { return false }
        guard ContinuousClock.now - renewed >= interval else { return true }
        let asked = ContinuousClock.now
        let isKept = try await queue.extend(message)
        state.withLock { state in
            if isKept { state.renewed = asked } else { state.isLost = true }
        }
        return isKept
    }

    /// Keeps the lease while the body runs.
    ///
    /// What the body does is safe without it, because the ledger decides; it only keeps another worker
    /// from taking the message meanwhile.
    func whileRunning<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while (try? await Task.sleep(for: self.interval)) != nil {
                    // A fault here is a fault of the moment; the next beat or the next window sees it again.
                    if (try? await self.keep()) == false { break }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let value = ended { return value }
            }
            throw CancellationError()
        }
    }
}
