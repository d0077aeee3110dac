import ArgumentParser
import Contracts
import Model
import ServiceRuntime

/// Campaigns.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Makes, runs and follows campaigns.",
        subcommands: [
            CreateCampaign.self, QueueCampaignCommand.self, PauseCampaignCommand.self, ResumeCampaignCommand.self, CancelCampaignCommand.self,
            CampaignStatusCommand.self, WatchCampaign.self, ResendCampaignCommand.self, ListCampaignsCommand.self, CampaignRecipients.self,
        ]
    )
}

/// The campaign that a command is about.
struct CampaignOptions: ParsableArguments {
    @OptionGroup var services: ServiceOptions

    @Argument(help: "The campaign's key.")
    var key: String

    @Option(help: "Slug of the organization; needed only where the client's slug is not unique.")
    var organization: String?

    @Option(help: "Slug of the client.")
    var client: String

    func address() async throws -> CampaignAddress {
        let identity = try await services.call(.audience, ResolveClient(organization: organization, client: client)).client
        return CampaignAddress(scope: identity.scope, externalKey: key)
    }

}
