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

    @OptionGroup var client: ClientOptions

    /// Where the campaign is: of the client that is named, else of the only one that has such a campaign.
    func address() async throws -> CampaignAddress {
        if client.client != nil { return CampaignAddress(scope: try await client.resolve(services).scope, externalKey: key) }
        guard let scope = try await owner() else { throw CommandFailure("external_key: not_found (no client has a campaign \(key))") }
        return CampaignAddress(scope: scope, externalKey: key)
    }

    /// Whose campaign it is, or is going to be.
    func identity() async throws -> ClientIdentity {
        guard client.client == nil, let scope = try await owner() else { return try await client.resolve(services) }
        return try await identity(of: scope)
    }

    /// The client that has a campaign of this key; nil when none has.
    private func owner() async throws -> ClientScope? {
        var organizationID: OrganizationID?
        if let organization = client.organization {
            let clients = try await services.call(.audience, ListClients(organization: organization, limit: 1)).clients
            guard let first = clients.first else { return nil }
            organizationID = first.client.organizationID
        }
        let found = try await services.call(.campaign, FindCampaigns(externalKey: key, organizationID: organizationID)).scopes
        guard found.count > 1 else { return found.first }
        var candidates: [ClientIdentity] = []
        for scope in found { candidates.append(try await identity(of: scope)) }
        throw ClientOptions.ambiguous("several clients have a campaign \(key)", candidates)
    }

    private func identity(of scope: ClientScope) async throws -> ClientIdentity {
        try await services.call(.audience, GetSenders(scope: scope)).client
    }
}
