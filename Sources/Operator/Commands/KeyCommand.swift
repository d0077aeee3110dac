import ArgumentParser
import Contracts
import Model
import ServiceRuntime

/// API keys.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "API keys of a client.",
        subcommands: [List.self, Create.self, Revoke.self]
    )

    /// All keys of a client.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The keys of a client, newest first, without their secrets.")
        @OptionGroup var services: ServiceOptions
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let list = try await services.call(.audience, ListAPIKeys(scope: try await client.resolve(services).scope))
            try services.show(list, list.keys.map(KeyText.line))
        }
    }

    /// Makes a key.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a key and prints it, once.")
        @OptionGroup var services: ServiceOptions
        @OptionGroup var client: ClientOptions
        @Argument(help: "Its name, unique among the client's keys that are not revoked.")
        var name: String
        @Option(help: "What it may do, for example contacts:read; may be repeated. Everything of the client when absent.")
        var scope: [String] = []
        @Option(help: "When it stops working, ISO 8601; never when absent.")
        var expires: String?
        @Option(help: "Requests a second; DATAMAILER_API_RATE_PER_KEY when absent.")
        var rate: Int?

        func run() async throws {
            if let unknown = scope.first(where: { APIScope(rawValue: $0) == nil }) {
                throw ValidationError("--scope \(unknown) is none of \(APIScope.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let moment = expires.map { Timestamp(iso8601: $0) }
            if case .some(.none) = moment { throw ValidationError("--expires must be ISO 8601, for example 2027-12-24T08:00:00Z") }
            let call = CreateAPIKey(
                scope: try await client.resolve(services).scope,
                keyName: name,
                scopes: scope,
                expiresAt: moment ?? nil,
                rateLimit: rate
            )
            let created = try await services.call(.audience, call)
            try services.show(created, [KeyText.line(created.info), "API key (shown only now): \(created.text)"])
        }
    }

    /// Ends a key.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a key, within 10 seconds and for good.")
        @OptionGroup var services: ServiceOptions
        @OptionGroup var client: ClientOptions
        @Argument(help: "Its name, its id, or the 12 characters after dm_.")
        var key: String

        func run() async throws {
            let scope = try await client.resolve(services).scope
            let keys = try await services.call(.audience, ListAPIKeys(scope: scope)).keys
            guard let found = KeyText.find(key, in: keys) else { throw CommandFailure("key: not_found (no key \(key) of this client)") }
            let revoked = try await services.call(.audience, RevokeAPIKey(scope: scope, keyID: found.keyID))
            let isNew = found.revokedAt == nil
            try services.show(revoked, [isNew ? "revoked" : "was revoked before", KeyText.line(revoked.info)])
        }
    }
}

/// API keys in words.
enum KeyText {
    static func line(_ key: APIKeyInfo) -> String {
        var parts = ["\(key.keyID)  dm_\(key.publicID)_…  \(key.name)", key.scopes.isEmpty ? "everything" : key.scopes.joined(separator: ",")]
        if let rate = key.rateLimit { parts.append("\(rate) a second") }
        if let moment = key.expiresAt { parts.append("expires \(moment.iso8601)") }
        parts.append(key.lastUsedAt.map { "last used \($0.iso8601)" } ?? "never used")
        if let moment = key.revokedAt { parts.append("revoked \(moment.iso8601)") }
        return parts.joined(separator: "  ")
    }

    /// By name, the key of that name that lives first; by public id, with or without what surrounds it; by id.
    static func find(_ text: String, in keys: [APIKeyInfo]) -> APIKeyInfo? {
        let publicID = text.hasPrefix("dm_") ? text.dropFirst(3).prefix(12) : text[...]
        return keys.first { $0.name == text && $0.revokedAt == nil } ?? keys.first { $0.publicID == publicID }
            ?? keys.first { String($0.keyID.rawValue) == text } ?? keys.first { $0.name == text }
    }
}
