import Contracts

/// What is known about one recipient; the facts are kept apart, the status is derived from them (field survey D17).
struct RecipientFacts: Sendable, Equatable {
    var state: RecipientState
    var isComplained = false
    var isBounced = false
    var isUnsubscribed = false

    /// The one word that the API shows, strongest first (API.md section 2): complained, bounced, unsubscribed, sent, failed, unknown,
    /// skipped, pending.
    ///
    /// A row in the provider's hands is still pending to a reader.
    var status: RecipientStatus {
        if isComplained { return .complained }
        if isBounced { return .bounced }
        if isUnsubscribed { return .unsubscribed }
        return switch state {
        case .pending, .attempting: .pending
        case .sent: .sent
        case .failed: .failed
        case .unknown: .unknown
        case .skipped: .skipped
        }
    }
}

extension RecipientFacts {
    init(_ recipient: Recipient) {
        self.init(
            state: recipient.state,
            isComplained: recipient.complainedAt != nil,
            isBounced: recipient.bouncedAt != nil,
            isUnsubscribed: recipient.unsubscribedAt != nil
        )
    }
}
