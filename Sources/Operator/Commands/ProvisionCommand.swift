import ArgumentParser
import Contracts
import ServiceRuntime

/// Makes an organization, an audience and a client.
struct ProvisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Makes or completes an organization, an audience and a client; prints a new API key once."
    )

    @OptionGroup var services: ServiceOptions

    @Option(help: "Slug of the organization.")
    var organization: String

    @Option(help: "Slug of the audience.")
    var audience: String

    @Option(help: "Slug of the client.")
    var client: String

    @Option(help: "A sender, 'id=Name <address>'; the first is the default. May be repeated.")
    var sender: [String] = []

    @Option(help: "Make an API key of this name, unless it exists.")
    var keyName: String?

    func run() async throws {
        let provisioned = try await services.call(
            .audience,
            Provision(organization: organization, audience: audience, client: client, senders: try sender.map(Self.sender), keyName: keyName)
        )
        var lines = ["organization \(organization), audience \(audience), client \(client): ready"]
        if let key = provisioned.apiKey {
            lines.append("API key (shown only now): \(key)")
        } else if let keyName {
            lines.append("API key \(keyName): exists; its secret is not shown again")
        }
        try services.show(provisioned, lines)
    }

    static func sender(_ text: String) throws -> Sender {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("--sender must be 'id=Name <address>', not '\(text)'") }
        return Sender(id: parts[0], email: parts[1])
    }
}
