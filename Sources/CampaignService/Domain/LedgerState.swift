import Contracts

/// The state of a ledger row as the table holds it.
enum LedgerState: Int16, Sendable, CaseIterable {
    case pending = 0
    case attempting = 1
    case sent = 2
    case failed = 3
    case unknown = 4
    case skipped = 5

    init(_ state: RecipientState) {
        switch state {
        case .pending: self = .pending
        case .attempting: self = .attempting
        case .sent: self = .sent
        case .failed: self = .failed
        case .unknown: self = .unknown
        case .skipped: self = .skipped
        }
    }

    /// Where an attempt's outcome leads.
    init(_ outcome: AttemptOutcome.Kind) {
        switch outcome {
        case .sent: self = .sent
        case .failed: self = .failed
        case .retry: self = .pending
        case .unknown: self = .unknown
        }
    }

    var contract: RecipientState {
        switch self {
        case .pending: .pending
        case .attempting: .attempting
        case .sent: .sent
        case .failed: .failed
        case .unknown: .unknown
        case .skipped: .skipped
        }
    }

    /// Which states may follow; every statement of the store moves rows along these only.
    var successors: Set<LedgerState> {
        switch self {
        // Claimed; refused by the eligibility rule or cancelled; or, waiting for a second attempt, proven by an event of the first.
        case .pending: [.attempting, .skipped, .sent]
        // Recorded, put back by a certain refusal, or past its deadline.
        case .attempting: [.sent, .failed, .pending, .unknown]
        // Proven by a late outcome or an event, or resent by an operator.
        case .unknown: [.sent, .pending]
        case .failed: [.pending]
        case .sent, .skipped: []
        }
    }
}
