import Readiness

/// The one moment at which libcurl wants to be called, over the readiness thread's timers.
///
/// libcurl moves its timeout with every request, mostly later: a timer that is set already is then left to fire early and set again.
struct EngineTimer {
    private var wanted: ContinuousClock.Instant?
    private var armed: (id: TimerID, deadline: ContinuousClock.Instant)?

    /// What to do with the readiness thread's timer.
    enum Action {
        case none
        case schedule(ContinuousClock.Instant, replacing: TimerID?)
    }

    mutating func want(_ deadline: ContinuousClock.Instant?) -> Action {
        wanted = deadline
        guard let deadline else { return .none }
        guard let armed else { return .schedule(deadline, replacing: nil) }
        return armed.deadline <= deadline ? .none : .schedule(deadline, replacing: armed.id)
    }

    mutating func didSchedule(_ id: TimerID, at deadline: ContinuousClock.Instant) { armed = (id, deadline) }

    /// The timer fired: true when libcurl's moment has come.
    mutating func fire(now: ContinuousClock.Instant) -> (isDue: Bool, next: ContinuousClock.Instant?) {
        armed = nil
        guard let wanted else { return (false, nil) }
        guard wanted <= now else { return (false, wanted) }
        self.wanted = nil
        return (true, nil)
    }

    /// Forgets both; gives the timer to cancel.
    mutating func cancel() -> TimerID? {
        wanted = nil
        defer { armed = nil }
        return armed?.id
    }
}
