import ArgumentParser
import Contracts
import Model
import ServiceRuntime

/// Clients.
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Client applications; `provision` makes one.",
        subcommands: [List.self, Disable.self, Enable.self]
    )

    /// All clients with their state.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The clients, oldest first.")
        @OptionGroup var services: ServiceOptions
        @Option(help: "Slug of an organization; of all when absent.")
        var organization: String?

        func run() async throws {
            var all = ClientList(clients: [])
            while true {
                let page = ListClients(organization: organization, after: all.clients.last?.client.clientID, limit: 500)
                let clients = try await services.call(.audience, page).clients
                all.clients += clients
                if clients.count < page.limit { break }
            }
            try services.show(
                all,
                all.clients.map { "\($0.client.organizationSlug)/\($0.client.clientSlug): \($0.isActive ? "active" : "disabled")" }
            )
        }
    }

    /// Refuses a client's API keys.
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses every API key of a client, within 10 seconds; what it has queued goes on."
        )
        @OptionGroup var switched: SwitchOptions
        func run() async throws { try await switched.run(isActive: false) }
    }

    /// Accepts a client's API keys again.
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Accepts the API keys of a disabled client again.")
        @OptionGroup var switched: SwitchOptions
        func run() async throws { try await switched.run(isActive: true) }
    }

    /// The client to switch; always named, because the only one is not to be switched off by a slip.
    struct SwitchOptions: ParsableArguments {
        @OptionGroup var services: ServiceOptions

        @Option(help: "Slug of the organization; needed only where the client's slug is not unique.")
        var organization: String?

        @Argument(help: "Slug of the client.")
        var client: String

        func run(isActive: Bool) async throws {
            let identity = try await services.call(.audience, ResolveClient(organization: organization, client: client)).client
            let state = try await services.call(.audience, SetClientActive(scope: identity.scope, isActive: isActive))
            let word = isActive ? "enabled" : "disabled"
            try services.show(state, ["client \(client): \(state.changed ? word : "was \(word) before")"])
        }
    }
}
