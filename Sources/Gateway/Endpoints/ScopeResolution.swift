import Contracts
import JSONRPC
import Model

/// Turns the slugs of a request into ids: `client` must be the key's own, `audience` one of its organization.
///
/// Audiences are remembered for some seconds, so that most requests ask nobody.
struct ScopeResolution: Sendable {
    let audience: any RPCCaller
    private let known = ShortMemory<Name, ResolvedAudience>()

    private struct Name: Hashable, Sendable {
        var organizationID: OrganizationID
        var slug: String
    }

    init(audience: any RPCCaller) { self.audience = audience }

    struct Scope: Sendable {
        var client: ClientIdentity
        var audience: ResolvedAudience
        var ids: AudienceScope {
            AudienceScope(organizationID: client.organizationID, clientID: client.clientID, audienceID: audience.audienceID)
        }
    }

    /// Faults go to `fields`, together with the body's others; nil when there were any about the scope.
    func resolve(_ fields: inout RequestFields, _ client: ClientIdentity) async throws(APIError) -> Scope? {
        let audienceSlug = fields.requiredString("audience")
        let clientSlug = fields.requiredString("client")
        let isOwn = clientSlug == client.clientSlug
        if clientSlug != nil, !isOwn { fields.fault("client", "forbidden") }
        guard let audienceSlug else { return nil }
        guard let found = try await find(audienceSlug, &fields, client), isOwn else { return nil }
        return Scope(client: client, audience: found)
    }

    /// Nil when it is no audience of the organization; that is then among the faults.
    private func find(
        _ audienceSlug: String,
        _ fields: inout RequestFields,
        _ client: ClientIdentity
    ) async throws(APIError) -> ResolvedAudience? {
        let name = Name(organizationID: client.organizationID, slug: audienceSlug)
        if let found = known[name] { return found }
        do {
            let found = try await audience.call(ResolveAudience(organizationID: client.organizationID, slug: audienceSlug))
            known.remember(found, as: name)
            return found
        } catch {
            guard case .failed(let failure) = error else { throw error.transportError }
            for (field, reason) in failure.fields { fields.fault(field, reason) }
            return nil
        }
    }
}
