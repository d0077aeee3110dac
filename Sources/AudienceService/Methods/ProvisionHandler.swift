import Contracts
import Cryptography
import Model
import Postgres

extension AudienceHandlers {
    func provision(_ request: Provision) async throws -> Provisioned {
        let faults = ProvisionRules.faults(request)
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return try await database.retriedTransaction { connection in
            let tombstoneKey = Hexadecimal.encode(SecureRandom.bytes(32))
            try await connection.execute(AddOrganization(slug: request.organization, tombstoneKey: tombstoneKey))
            guard let organizationID = try await connection.first(OrganizationBySlug(slug: request.organization)) else {
                throw ContactVanished()
            }
            try await connection.pipeline([
                AddAudience(organizationID: organizationID, slug: request.audience),
                AddClient(organizationID: organizationID, slug: request.client),
            ])
            let audience = try await connection.first(AudienceBySlug(organizationID: organizationID, slug: request.audience))
            let client = try await connection.first(ClientsBySlug(organization: request.organization, client: request.client))
            guard let audience, let client else { throw ContactVanished() }
            if let first = request.senders.first {
                try await replaceSenders(of: client.scope, with: request.senders, defaultSenderID: first.id, connection)
            }
            let apiKey = try await addKey(named: request.keyName, client.clientID, connection)
            return Provisioned(client: client, audienceID: audience.audienceID, apiKey: apiKey)
        }
    }

    /// The new key's text; nil when none is wanted or one of this name is there.
    private func addKey(named name: String?, _ clientID: ClientID, _ connection: PostgresConnection) async throws -> String? {
        guard let name else { return nil }
        let key = APIKey.make()
        let added = try await connection.execute(
            AddAPIKey(clientID: clientID, name: name, publicID: key.publicID, secretHash: Hexadecimal.encode(key.secretHash))
        )
        return added == 1 ? key.text : nil
    }
}

/// What a provisioning may name.
enum ProvisionRules {
    static func faults(_ request: Provision) -> [String: String] {
        var faults = SenderRules.faults(request.senders)
        for (field, slug) in [("organization", request.organization), ("audience", request.audience), ("client", request.client)]
        where !SlugRules.isSlug(slug) {
            faults[field] = slug.isEmpty ? "required" : "invalid"
        }
        if let name = request.keyName {
            if name.isEmpty { faults["key_name"] = "required" }
            if !TextRules.isStorable(name) || name.utf8.count > 200 { faults["key_name"] = "invalid" }
        }
        return faults
    }
}
