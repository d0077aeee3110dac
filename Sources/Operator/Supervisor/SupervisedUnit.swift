import Foundation

/// A process that the supervisor keeps.
struct SupervisedUnit: Sendable {
    var name: String
    var command: ChildCommand
    /// What asks it to end: `SIGTERM`; Postgres' fast shutdown is `SIGINT`.
    var endSignal: CInt = SIGTERM
    /// What ends it when it does not.
    var killSignal: CInt = SIGKILL
    /// Units of a smaller stage end before those of a greater one are asked to.
    var stage: Int
    /// Counted from the moment when everything began to end.
    var endLimit: Duration
    var isOnDemand = true
}
