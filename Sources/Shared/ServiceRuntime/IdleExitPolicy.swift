/// Decides when an idle process may leave (DESIGN section 4); pure, so that each rule is a test.
package struct IdleExitPolicy: Sendable {
    /// What the process looks like at a moment.
    package struct Observation: Sendable {
        package var connections = 0
        package var callsInFlight = 0
        /// Since the last call began or ended, or since the start; ticks that found nothing do not count.
        package var quiet: Duration = .zero
        /// All that ever came were ticks that found nothing due.
        package var onlyEmptyTicks = false
        package init() {}
    }

    package enum Decision: Sendable, Equatable {
        case stay(lookAgainAfter: Duration)
        /// Leave if nothing waits to be done either.
        case leaveIfNoWork
    }

    /// nil is never.
    package var idleAfter: Duration?

    package init(idleAfter: Duration?) { self.idleAfter = idleAfter }

    package func decide(_ observation: Observation) -> Decision {
        guard let idleAfter else { return .stay(lookAgainAfter: .seconds(60)) }
        guard observation.connections == 0, observation.callsInFlight == 0 else { return .stay(lookAgainAfter: .milliseconds(50)) }
        if observation.onlyEmptyTicks || observation.quiet >= idleAfter { return .leaveIfNoWork }
        return .stay(lookAgainAfter: max(.milliseconds(20), min(idleAfter - observation.quiet, .milliseconds(250))))
    }
}
