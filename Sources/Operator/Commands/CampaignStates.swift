import ArgumentParser
import Contracts
import Model
import ServiceRuntime

/// Starts a campaign.
struct QueueCampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Starts a campaign; the snapshot and the sending go on in the background."
    )
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let result = try await campaign.services.call(.campaign, QueueCampaign(address: try await campaign.address()))
        try campaign.services.show(result, [result.queued ? "queued" : "was started before"] + CampaignText.lines(result.campaign))
    }
}

/// Stops sending for a while.
struct PauseCampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Stops sending; what is under way finishes.")
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let result = try await campaign.services.call(.campaign, PauseCampaign(address: try await campaign.address()))
        try campaign.services.show(result, CampaignText.lines(result.campaign))
    }
}

/// Goes on.
struct ResumeCampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Goes on after a pause.")
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let result = try await campaign.services.call(.campaign, ResumeCampaign(address: try await campaign.address()))
        try campaign.services.show(result, CampaignText.lines(result.campaign))
    }
}

/// Ends a campaign.
struct CancelCampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Ends a campaign; what was sent stays sent.")
    @OptionGroup var campaign: CampaignOptions

    func run() async throws {
        let result = try await campaign.services.call(.campaign, CancelCampaign(address: try await campaign.address()), deadline: .seconds(120))
        let first = result.cancelled ? "cancelled; \(result.skippedCount) recipients skipped" : "was cancelled before"
        try campaign.services.show(result, [first] + CampaignText.lines(result.campaign))
    }
}

/// Sends some rows again.
struct ResendCampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Sends the failed or the unknown recipients again; for unknown ones this can mean a second copy."
    )
    @OptionGroup var campaign: CampaignOptions
    @Flag(help: "The recipients whose sending failed.")
    var failed = false
    @Flag(help: "The recipients of whom it is not known whether the provider has the message.")
    var unknown = false

    func validate() throws {
        guard failed != unknown else { throw ValidationError("either --failed or --unknown is needed") }
    }

    func run() async throws {
        let call = ResendCampaign(address: try await campaign.address(), kind: failed ? .failed : .unknown)
        let result = try await campaign.services.call(.campaign, call, deadline: .seconds(120))
        try campaign.services.show(result, ["\(result.resentCount) recipients are sent again"] + CampaignText.lines(result.campaign))
    }
}
