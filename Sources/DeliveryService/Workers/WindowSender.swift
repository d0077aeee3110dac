import Contracts
import JSON
import Logging
import Model

/// Renders and sends the rows of one claimed window, each once, all at the same time.
struct WindowSender: Sendable {
    /// A row that was claimed this long ago is not sent any more, but reported as not sent.
    ///
    /// Its deadline (45 s by the database) might pass before the provider answers (reference 5.3.3).
    static let latestStart = Duration.seconds(12)

    /// What a window brought.
    struct Report: Sendable {
        var outcomes: [AttemptOutcome] = []
        var throttled = false
        var block: (seconds: Int64, reason: String)?
    }

    let revisions: RevisionCache
    let transport: any MailTransport
    let tokens: MessageLinks
    let logger: Logger

    /// Sends every row of the window and waits for all of them; never throws, because each row needs its outcome.
    ///
    /// `claimedAt` is before the claim was asked for, so that the deadline it set lies at least 45 s after it.
    func send(_ claimed: ClaimedRecipients, claimedAt: ContinuousClock.Instant) async -> Report {
        let latest = claimedAt + Self.latestStart
        let compiled = await revisions.compiled(claimed.revisionID)
        return await withTaskGroup(of: (Int, SendResult).self) { group in
            for index in claimed.recipientIDs.indices {
                group.addTask { (index, await sendOne(claimed, index, compiled, latest)) }
            }
            var report = Report()
            for await (index, result) in group { Self.add(result, claimed, index, to: &report) }
            return report
        }
    }

    private func sendOne(
        _ claimed: ClaimedRecipients,
        _ index: Int,
        _ compiled: RevisionCache.Lookup,
        _ latest: ContinuousClock.Instant
    ) async -> SendResult {
        let campaign: CompiledCampaign
        switch compiled {
        case .compiled(let found): campaign = found
        case .broken(let reason): return .refused(reason: reason)
        case .unavailable(let reason): return .notSent(reason: reason, hold: .message(seconds: 5))
        }
        var message: OutgoingMessage
        do {
            message = try campaign.message(
                recipientID: claimed.recipientIDs[index],
                contactID: claimed.contactIDs[index],
                attempt: claimed.attempts[index],
                email: claimed.emails[index],
                mergeFields: claimed.mergeFields[index],
                links: tokens
            )
        } catch {
            return .refused(reason: "render: \(error)")
        }
        message.latestStart = latest
        guard message.isInTime else { return .tooLate }
        return await transport.send(message)
    }

    static func add(_ result: SendResult, _ claimed: ClaimedRecipients, _ index: Int, to report: inout Report) {
        var outcome = AttemptOutcome(recipientID: claimed.recipientIDs[index], attempt: claimed.attempts[index], kind: .sent)
        switch result {
        case .accepted(let messageID): outcome.providerMessageID = messageID.utf8.count > 250 ? "" : Self.storable(messageID)
        case .refused(let reason):
            outcome.kind = .failed
            outcome.reason = Self.storable(reason)
        case .unknown(let reason):
            outcome.kind = .unknown
            outcome.reason = Self.storable(reason)
        case .notSent(let reason, let hold):
            outcome.kind = .retry
            outcome.reason = Self.storable(reason)
            switch hold {
            case .message(let seconds): retry(&outcome, seconds)
            case .late: outcome.retryAfterSeconds = 1
            case .throttle:
                report.throttled = true
                outcome.retryAfterSeconds = 2
            case .account(let seconds):
                // The longest of several counts.
                if seconds > report.block?.seconds ?? 0 { report.block = (seconds, Self.storable(reason)) }
                outcome.retryAfterSeconds = seconds
            }
        }
        report.outcomes.append(outcome)
    }

    /// What a provider says goes into the ledger as one short line; a NUL would even be refused by Postgres.
    static func storable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(500).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    /// Doubles the wait with each attempt up to five minutes, and gives a message up after twenty.
    private static func retry(_ outcome: inout AttemptOutcome, _ seconds: Int64) {
        if outcome.attempt >= 20 {
            outcome.kind = .failed
            outcome.reason = "given up after \(outcome.attempt) attempts: \(outcome.reason)"
        } else {
            outcome.retryAfterSeconds = min(seconds << min(max(outcome.attempt - 1, 0), 8), 300)
        }
    }
}
