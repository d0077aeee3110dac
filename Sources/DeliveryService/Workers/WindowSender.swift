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
        /// What concerns the whole campaign.
        var fault: CampaignFault?
    }

    /// How one row ended.
    private enum RowEnd: Sendable {
        case result(SendResult)
        /// The content does not render for this recipient.
        case unrendered(ContentFault)
        /// It renders for nobody; the row waits.
        case broken(reason: String)
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
        return await withTaskGroup(of: (Int, RowEnd).self) { group in
            for index in claimed.recipientIDs.indices {
                group.addTask { (index, await sendOne(claimed, index, compiled, latest)) }
            }
            var report = Report()
            for await (index, end) in group { Self.add(end, claimed, index, to: &report) }
            return report
        }
    }

    private func sendOne(
        _ claimed: ClaimedRecipients,
        _ index: Int,
        _ compiled: RevisionCache.Lookup,
        _ latest: ContinuousClock.Instant
    ) async -> RowEnd {
        let campaign: CompiledCampaign
        switch compiled {
        case .compiled(let found): campaign = found
        case .broken(let reason): return .broken(reason: reason)
        case .unavailable(let reason): return .result(.notSent(reason: reason, hold: .message(seconds: 5)))
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
            return .unrendered(error)
        }
        message.latestStart = latest
        guard message.isInTime else { return .result(.tooLate) }
        return .result(await transport.send(message))
    }

    private static func add(_ end: RowEnd, _ claimed: ClaimedRecipients, _ index: Int, to report: inout Report) {
        switch end {
        case .result(let result): add(result, claimed, index, to: &report)
        case .unrendered(let fault):
            add(.refused(reason: "render: \(fault.field): \(fault.reason)"), claimed, index, to: &report)
            // An address that is none is the recipient's own fault.
            if fault.field != "email" { report.outcomes[report.outcomes.count - 1].isContent = true }
        case .broken(let reason):
            add(.notSent(reason: reason, hold: .message(seconds: 1)), claimed, index, to: &report)
            report.fault = CampaignFault(kind: .content, reason: storable(reason))
        }
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
            case .suspended(let seconds):
                if seconds > report.block?.seconds ?? 0 { report.block = (seconds, Self.storable(reason)) }
                outcome.retryAfterSeconds = seconds
                report.fault = CampaignFault(kind: .sender, reason: Self.storable(reason))
            case .sender(let seconds):
                outcome.retryAfterSeconds = seconds
                report.fault = CampaignFault(kind: .sender, reason: Self.storable(reason))
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
