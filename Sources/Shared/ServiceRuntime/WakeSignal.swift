import Synchronization

/// A door bell for loops that wait for work: many rings before a look are one ring, and no ring is lost.
///
/// One loop waits; anybody rings.
package final class WakeSignal: Sendable {
    private struct State {
        var isRung = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes whoever waits; when nobody does, the next wait returns at once.
    package func wake() {
        let waiting = state.withLock { state in
            if state.waiting.isEmpty { state.isRung = true }
            defer { state.waiting = [:] }
            return state.waiting.values.map(\.self)
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Waits for ``wake()``, at most for a time; also ends when the task is cancelled.
    /// - Returns: whether it was woken.
    @discardableResult
    package func wait(atMost limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            // A ring that came together with the time-out has been taken by the first child and must not be lost.
            let second = await group.next() ?? false
            return first || second
        }
    }

    /// Waits for ``wake()`` or the end of the task.
    @discardableResult
    package func wait() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.isRung {
                        state.isRung = false
                        return true
                    }
                    if Task.isCancelled { return false }
                    state.waiting[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
            continuation?.resume(returning: false)
        }
    }
}
