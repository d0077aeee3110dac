import Processes

/// Where one supervised process stands; pure, so that each rule is a test.
struct UnitState: Sendable {
    enum Phase: Sendable, Equatable {
        /// Nothing runs; a pending connection starts it.
        case watching
        case running(pid: Int32, since: ContinuousClock.Instant)
        /// It failed and is started again then, whether anybody connects or not.
        case resting(until: ContinuousClock.Instant)
        /// Not to be started any more.
        case stopped
    }

    /// The first rest after a failure; doubles to ``longestRest``.
    static let firstRest: Duration = .milliseconds(100)
    static let longestRest: Duration = .milliseconds(900)
    /// Whoever ran for this long starts again with a short rest.
    static let goodRun: Duration = .seconds(10)

    private(set) var phase: Phase
    private var failures = 0
    /// Processes without a listener run always; they never watch.
    let isOnDemand: Bool

    init(isOnDemand: Bool, now: ContinuousClock.Instant) {
        self.isOnDemand = isOnDemand
        phase = isOnDemand ? .watching : .resting(until: now)
    }

    var pid: Int32? { if case .running(let pid, _) = phase { pid } else { nil } }

    /// Whether the listener is to be looked at.
    var watchesListener: Bool { phase == .watching }

    func isDue(now: ContinuousClock.Instant) -> Bool {
        if case .resting(let until) = phase { now >= until } else { false }
    }

    mutating func started(pid: Int32, now: ContinuousClock.Instant) { phase = .running(pid: pid, since: now) }

    /// The process could not even be started.
    mutating func failedToStart(now: ContinuousClock.Instant) { rest(now: now) }

    mutating func ended(_ end: ProcessEnd, now: ContinuousClock.Instant) {
        guard case .running(_, let since) = phase else { return }
        if since.duration(to: now) >= Self.goodRun { failures = 0 }
        if end.isSuccess, isOnDemand {
            failures = 0
            phase = .watching
        } else {
            rest(now: now)
        }
    }

    /// Ends supervision of a unit that does not run now.
    mutating func stop() { phase = .stopped }

    private mutating func rest(now: ContinuousClock.Instant) {
        let rest = min(Self.firstRest * (1 << min(failures, 8)), Self.longestRest)
        failures += 1
        phase = .resting(until: now + rest)
    }
}
