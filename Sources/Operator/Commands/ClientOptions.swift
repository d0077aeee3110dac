import ArgumentParser
import Contracts
import ServiceRuntime

/// Names a client; unnecessary where there is only one.
struct ClientOptions: ParsableArguments {
    @Option(help: "Slug of the organization; needed only where the client's slug is not unique.")
    var organization: String?

    @Option(help: "Slug of the client; needed only where there is more than one.")
    var client: String?

    /// The client of that slug, or the only one; a failure names those that it could be.
    func resolve(_ services: ServiceOptions) async throws -> ClientIdentity {
        if let client { return try await services.call(.audience, ResolveClient(organization: organization, client: client)).client }
        let known = try await services.call(.audience, ListClients(organization: organization, limit: 20)).clients.map(\.client)
        guard let only = known.first else { throw CommandFailure("client: not_found (there is none; `datamailer provision` makes one)") }
        guard known.count == 1 else { throw Self.ambiguous("there are several clients", known) }
        return only
    }

    static func ambiguous(_ reason: String, _ candidates: [ClientIdentity]) -> CommandFailure {
        let names = candidates.map { "  --organization \($0.organizationSlug) --client \($0.clientSlug)" }
        return CommandFailure((["client: ambiguous (\(reason)); name one of:"] + names).joined(separator: "\n"))
    }
}
