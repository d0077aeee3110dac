import Contracts
import Postgres

extension AudienceHandlers {
    func resolveClient(_ request: ResolveClient) async throws -> AuthenticatedClient {
        if let organization = request.organization, try await database.first(OrganizationBySlug(slug: organization)) == nil {
            throw ValidationFailure.field("organization", "not_found")
        }
        let clients = try await database.run(ClientsBySlug(organization: request.organization, client: request.client))
        guard let client = clients.first else { throw ValidationFailure.field("client", "not_found") }
        guard clients.count == 1 else {
            let organizations = clients.map(\.organizationSlug).joined(separator: ", ")
            throw ValidationFailure(["client": "ambiguous"], details: ["client": "in the organizations \(organizations) at least"])
        }
        return AuthenticatedClient(client: client)
    }

    func resolveAudience(_ request: ResolveAudience) async throws -> ResolvedAudience {
        let audience = try await database.first(AudienceBySlug(organizationID: request.organizationID, slug: request.slug))
        guard let audience else { throw ValidationFailure.field("audience", "not_found") }
        return audience
    }
}
