import ArgumentParser
import Contracts
import Model
import ServiceRuntime

/// One campaign's numbers.
struct CampaignStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "One campaign with its numbers.")
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let result = try await campaign.services.call(.campaign, GetCampaign(address: try await campaign.address()))
        try campaign.services.show(result, CampaignText.lines(result.campaign))
    }
}

/// Follows a campaign to its end.
struct WatchCampaign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follows a campaign until it has ended; exit status 1 when it failed or was cancelled."
    )
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let address = try await campaign.address()
        while true {
            let current = try await campaign.services.call(.campaign, GetCampaign(address: address)).campaign
            if Terminal.isInteractive, !campaign.services.json { Terminal.progress(CampaignText.progress(current)) }
            switch current.status {
            case .draft: throw CommandFailure("\(current.externalKey) has not been queued")
            case .sent: return try campaign.services.show(CampaignResult(campaign: current), CampaignText.lines(current))
            case .failed, .cancelled: throw CommandFailure(CampaignText.lines(current).joined(separator: "\n"))
            case .scheduled, .queued, .snapshotting, .sending, .paused: try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}

/// The client's campaigns.
struct ListCampaignsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "The campaigns of a client, newest first.")
    @OptionGroup var services: ServiceOptions
    @OptionGroup var client: ClientOptions
    @Option(help: "How many, at most 500.")
    var limit = 50

    func run() async throws {
        let identity = try await client.resolve(services)
        let list = try await services.call(.campaign, ListCampaigns(scope: identity.scope, limit: limit))
        try services.show(list, list.campaigns.flatMap(CampaignText.lines))
    }
}

/// Rows of the ledger.
struct CampaignRecipients: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "recipients", abstract: "Recipients with their state and its reason.")
    @OptionGroup var campaign: CampaignOptions
    @Option(name: .customLong("in-state"), help: "pending, attempting, sent, failed, unknown or skipped; all when absent.")
    var wantedState: String?
    @Option(help: "Only recipients with a greater id, for the next page.")
    var after: Int64 = 0
    @Option(help: "How many, at most 1000.")
    var limit = 100

    func run() async throws {
        var wanted: RecipientState?
        if let wantedState {
            guard let known = RecipientState(rawValue: wantedState) else { throw ValidationError("\(wantedState) is not a state of a recipient") }
            wanted = known
        }
        let call = ListRecipients(address: try await campaign.address(), state: wanted, after: RecipientID(after), limit: limit)
        let list = try await campaign.services.call(.campaign, call)
        try campaign.services.show(
            list,
            list.recipients.map { recipient in
                let reason = recipient.skipReason?.rawValue ?? recipient.lastError
                return "\(recipient.id)  \(recipient.email)  \(recipient.state.rawValue)" + (reason.isEmpty ? "" : "  \(reason)")
            }
        )
    }
}
