import Synchronization

/// Runs an action once, as soon as it is both known and wanted.
final class StopSwitch: Sendable {
    private let state = Mutex<(action: (@Sendable () -> Void)?, isPulled: Bool)>((nil, false))

    func set(_ action: @escaping @Sendable () -> Void) {
        let isPulled = state.withLock { state in
            if !state.isPulled { state.action = action }
            return state.isPulled
        }
        if isPulled { action() }
    }

    func pull() {
        let action = state.withLock { state in
            defer { state.action = nil }
            state.isPulled = true
            return state.action
        }
        action?()
    }

    /// Returns when it has been pulled; for one waiter.
    func pulled() async { await withCheckedContinuation { waiting in set { waiting.resume() } } }
}
