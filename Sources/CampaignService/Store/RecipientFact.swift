import Contracts
import Postgres

/// What can have happened to a recipient beside the sending; batches count each.
enum RecipientFact: Int16, Sendable, PostgresEncodable {
    case complaint = 1
    case bounce = 2
    case unsubscribe = 3
}

extension RecipientStatus {
    /// The fact that the word tells; nil for words about the sending.
    var fact: RecipientFact? {
        switch self {
        case .complained: .complaint
        case .bounced: .bounce
        case .unsubscribed: .unsubscribe
        case .sent, .failed, .unknown, .skipped, .pending: nil
        }
    }
}

extension RecipientStatus: PostgresEncodable {}

extension LedgerState {
    /// The one state of rows with this word; nil when there are several.
    init?(of status: RecipientStatus) {
        switch status {
        case .sent: self = .sent
        case .failed: self = .failed
        case .unknown: self = .unknown
        case .skipped: self = .skipped
        // A row in the provider's hands is pending to a reader.
        case .pending, .complained, .bounced, .unsubscribed: return nil
        }
    }
}
