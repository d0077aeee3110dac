extension TransactionalWindow {
    /// What an answer of the provider means for the message, and for everything else on the account.
    func follow(_ result: SendResult, _ outcome: inout MessageOutcome) async {
        switch result {
        case .accepted(let messageID): outcome.providerMessageID = messageID.utf8.count > 250 ? "" : WindowSender.storable(messageID)
        case .refused(let reason): (outcome.kind, outcome.reason) = (.failed, reason)
        case .unknown(let reason): (outcome.kind, outcome.reason) = (.unknown, reason)
        case .notSent(let reason, let hold):
            (outcome.kind, outcome.reason) = (.retry, reason)
            switch hold {
            case .message(let seconds): Self.retry(&outcome, seconds)
            case .late: outcome.delaySeconds = 1
            case .throttle:
                outcome.delaySeconds = 1
                try? await limiter.current.slowDown()
            case .account(let seconds), .suspended(let seconds):
                outcome.delaySeconds = seconds
                try? await limiter.current.block(seconds: seconds, reason: WindowSender.storable(reason))
            case .sender(let seconds): outcome.delaySeconds = seconds
            }
        }
    }

    /// Doubles the wait with each attempt up to five minutes, and gives a message up after twenty; what the provider said about the account
    /// alone is no fault of the message.
    private static func retry(_ outcome: inout MessageOutcome, _ seconds: Int64) {
        if outcome.attempt >= 20 {
            outcome.kind = .failed
            outcome.reason = "given up after \(outcome.attempt) attempts: \(outcome.reason)"
        } else {
            outcome.delaySeconds = min(seconds << Int64(min(max(outcome.attempt - 1, 0), 8)), 300)
        }
    }
}
