import Contracts
import JSON

extension Demo {
    /// What was shown, and where to look next.
    func report(_ outcome: Outcome) -> [String] {
        let numbers = outcome.campaign.statistics
        let options = "--client \(Self.client) --state \(state.path)"
        return [
            "", "What happened in \(Int(outcome.seconds)) s:",
            "  imported    \(outcome.importSummary.counts.created) contacts created, \(outcome.importSummary.counts.unchanged) unchanged, "
                + "\(outcome.importSummary.counts.invalid) rows refused",
            "  campaign    \(outcome.campaign.externalKey): \(outcome.campaign.status.rawValue), \(numbers.sentCount) of \(numbers.recipientCount) sent, "
                + "\(numbers.skippedCount) skipped with a reason, \(numbers.failedCount) failed, \(numbers.unknownCount) unknown",
            "  opens       \(numbers.uniqueOpenCount) of \(numbers.sentCount) recipients (\(numbers.openCount) in all)",
            "  clicks      \(numbers.uniqueClickCount) recipients (\(numbers.clickCount) in all)",
            "  unsubscribed \(numbers.unsubscribeCount)",
            "  verify      " + (outcome.mismatches.isEmpty ? "every counter equals a recount" : outcome.mismatches.joined(separator: "; ")),
            "", "Where to look next:", "  the messages          \(state.capture)/*.eml",
            "  the campaign          datamailer campaign status \(outcome.campaign.externalKey) \(options)",
            "  who was skipped       datamailer campaign recipients \(outcome.campaign.externalKey) --in-state skipped \(options)",
            "  is everything exact?  datamailer verify --state \(state.path)",
            "  what is missing?      datamailer doctor --state \(state.path)",
            "  an API key            datamailer provision --organization \(Self.organization) --audience \(Self.audience) --client \(Self.client) "
                + "--key-name first --state \(state.path)",
            "  the API               \(url)/api/contacts/status?email=reader1@readers.example&audience=\(Self.audience)&client=\(Self.client)",
            "  logs                  \(state.logs)/<service>.log", "",
        ]
    }
}
