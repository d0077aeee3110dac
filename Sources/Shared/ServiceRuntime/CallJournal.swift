import Synchronization

/// When a process was last called, and whether it was ever called for anything but a tick that found nothing.
///
/// Such ticks are no activity: they come for ever and must not keep a process up.
final class CallJournal: Sendable {
    private struct State {
        var emptyTicks = 0
        var others = 0
        var lastCall = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// A tick that found nothing due has been answered.
    func noteEmptyTick() { state.withLock { $0.emptyTicks += 1 } }

    /// Anything else has begun or ended.
    func noteCall() {
        state.withLock {
            $0.others += 1
            $0.lastCall = .now
        }
    }

    var onlyEmptyTicks: Bool { state.withLock { $0.emptyTicks > 0 && $0.others == 0 } }

    var lastCall: ContinuousClock.Instant { state.withLock { $0.lastCall } }
}
