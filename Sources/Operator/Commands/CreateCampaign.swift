import ArgumentParser
import Contracts
import Foundation
import JSON
import Model
import ServiceRuntime

/// Makes a campaign, or changes one that is still a draft.
struct CreateCampaign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a campaign, or changes one that is still a draft; what is not named stays."
    )

    @OptionGroup var campaign: CampaignOptions

    @Option(help: "Slug of the audience.")
    var audience: String

    @Option(help: "The subject, a Liquid template.")
    var subject: String?

    @Option(help: "File with the HTML body, a Liquid template.", completion: .file(extensions: ["html", "liquid"]))
    var html: String?

    @Option(help: "File with the plain text body, a Liquid template; made from the HTML when absent.", completion: .file())
    var text: String?

    @Option(help: "What mail programs show beside the subject, a Liquid template.")
    var previewText: String?

    @Option(help: "A sender id of the client; its default sender when absent.")
    var from: String?

    @Option(help: "Only contacts with this tag; may be repeated, all must be there.")
    var includeTag: [String] = []

    @Option(help: "No contacts with this tag; may be repeated.")
    var excludeTag: [String] = []

    @Option(help: "Category whose opt-outs are honoured.")
    var category: String?

    @Option(help: "When `queue` is to start it, ISO 8601.")
    var at: String?

    @Flag(help: "An undefined variable fails the recipient.")
    var strictVariables = false

    func run() async throws {
        let services = campaign.services
        let identity = try await campaign.identity()
        let found = try await services.call(.audience, ResolveAudience(organizationID: identity.organizationID, slug: audience))
        let put = PutCampaign(
            address: CampaignAddress(scope: identity.scope, externalKey: campaign.key),
            audienceID: found.audienceID,
            audienceSlug: found.slug,
            clientSlug: identity.clientSlug,
            change: try change()
        )
        let result = try await services.call(.campaign, put)
        try services.show(result, [result.created ? "created" : "changed"] + CampaignText.lines(result.campaign))
    }

    private func change() throws -> CampaignChange {
        var change = CampaignChange()
        change.subject = subject
        change.htmlBody = try html.map(Self.contents)
        change.textBody = try text.map(Self.contents)
        change.previewText = previewText
        change.fromEmail = from
        change.categoryTag = category
        change.includeTags = includeTag.isEmpty ? nil : includeTag
        change.excludeTags = excludeTag.isEmpty ? nil : excludeTag
        change.strictVariables = strictVariables ? true : nil
        if let at {
            guard let moment = Timestamp(iso8601: at) else { throw ValidationError("--at must be ISO 8601, for example 2026-12-24T08:00:00Z") }
            change.scheduledAt = moment
        }
        return change
    }

    private static func contents(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("\(path): cannot be read") }
        guard let text = String(validating: data, as: UTF8.self) else { throw CommandFailure("\(path): not UTF-8") }
        return text
    }
}
