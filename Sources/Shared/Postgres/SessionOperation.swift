/// What a session is doing for its user.
struct SessionOperation: Sendable {
    enum Goal: Sendable {
        /// All results of what was sent, or the one that begins a COPY.
        case results
        /// Everything is handed to the kernel.
        case flushed
        /// The next chunk of COPY TO STDOUT.
        case copyData
    }

    enum Outcome: Sendable {
        case results([PostgresResult])
        case flushed
        /// nil is the end.
        case copyData([UInt8]?)
    }

    typealias Completion = @Sendable (Result<Outcome, any Error>) -> Void

    let goal: Goal
    let ticket: UInt64
    /// Pipeline syncs that are still to come; 0 outside pipeline mode.
    var remainingSyncs: Int
    let completion: Completion
    var results: [PostgresResult] = []
    var isCancelRequested = false

    init(goal: Goal, ticket: UInt64, remainingSyncs: Int, completion: @escaping Completion) {
        self.goal = goal
        self.ticket = ticket
        self.remainingSyncs = remainingSyncs
        self.completion = completion
    }
}
