import Contracts
import Model

/// One event about a ledger row, from tracking or from the provider.
struct LedgerEvent: Sendable {
    enum Kind: Int16, Sendable, CaseIterable {
        case open = 0
        case click = 1
        case unsubscribe = 2
        /// The provider took the message.
        case sent = 3
        case delivered = 4
        case bounced = 5
        case complained = 6
        /// A click that was counted as human was a machine's.
        case humanClickWithdrawn = 7

        init(_ type: TrackingEventType) {
            switch type {
            case .open: self = .open
            case .click: self = .click
            case .unsubscribe: self = .unsubscribe
            }
        }
    }

    var eventID: String
    var recipientID: Int64
    var kind: Kind
    var occurredAt: Timestamp
    var isHuman = false
    var providerMessageID = ""
}
