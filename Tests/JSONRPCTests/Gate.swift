import Synchronization

/// Stops tasks until it is opened; knows how many have come.
final class Gate: Sendable {
    fileprivate struct State {
        var isOpen = false
        var arrivals = 0
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Waits until the gate is open; throws when the task is cancelled first.
    func wait() async throws {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isOpen, watchers) = state.withLock { state in
                    state.arrivals += 1
                    if !state.isOpen { state.waiting[ticket] = continuation }
                    return (state.isOpen, state.takeWatchers())
                }
                for watcher in watchers { watcher.resume() }
                if isOpen { continuation.resume() }
                if Task.isCancelled { leave(ticket) }
            }
        } onCancel: {
            leave(ticket)
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until so many tasks have come to the gate.
    func arrived(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let watchers = state.withLock { state in
                state.watchers.append((count, continuation))
                return state.takeWatchers()
            }
            for watcher in watchers { watcher.resume() }
        }
    }

    private func leave(_ ticket: Int) {
        state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume(throwing: CancellationError())
    }
}

extension Gate.State {
    fileprivate mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
        let ready = watchers.filter { $0.count <= arrivals }
        watchers.removeAll { $0.count <= arrivals }
        return ready.map(\.continuation)
    }
}
