import Contracts
import JSON
import JSONRPC
import Model

/// Turns the slugs of a request into ids: `client` must be the key's own, `audience` one of its organization.
struct ScopeResolution: Sendable {
    let audience: any RPCCaller

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
        guard let audienceSlug, let clientSlug else { return nil }
        guard clientSlug == client.clientSlug else { throw .field("client", "forbidden") }
        do {
            let found = try await audience.call(ResolveAudience(organizationID: client.organizationID, slug: audienceSlug))
            return Scope(client: client, audience: found)
        } catch {
            guard case .failed(let failure) = error else { throw error.transportError }
            for (field, reason) in failure.fields { fields.fault(field, reason) }
            return nil
        }
    }

    /// The same for requests whose slugs stand in the query.
    static func queryFields(_ request: GatewayRequest, _ names: [String]) -> RequestFields {
        let given = names.compactMap { name in request.query(name).map { (key: name, value: JSONValue.string($0)) } }
        return RequestFields(JSONObject(given))
    }
}
