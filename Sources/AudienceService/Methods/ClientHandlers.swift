import Contracts
import Postgres

extension AudienceHandlers {
    func listClients(_ request: ListClients) async throws -> ClientList {
        if let organization = request.organization, try await database.first(OrganizationBySlug(slug: organization)) == nil {
            throw ValidationFailure.field("organization", "not_found")
        }
        let limit = min(max(request.limit, 1), 500)
        return ClientList(
            clients: try await database.run(ClientPage(organization: request.organization, after: request.after, limit: limit))
        )
    }

    func setClientActive(_ request: SetClientActive) async throws -> ClientState {
        guard let state = try await database.first(SwitchClient(scope: request.scope, isActive: request.isActive)) else {
            throw ValidationFailure.field("client", "not_found")
        }
        return state
    }
}
