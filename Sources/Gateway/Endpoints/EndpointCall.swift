import Contracts
import HTTPTypes
import JSON
import Model

/// A request as an endpoint's handler sees it: authenticated, its shape checked.
///
/// Faults of the shape are in `fields` already; a handler adds its own and then calls `fields.check()`, so that all are told together.
struct EndpointCall: Sendable {
    let request: GatewayRequest
    /// The API key; nil on an endpoint for anyone.
    let key: AuthenticatedKey?
    let services: APIServices
    /// The members of the JSON body, or the parameters of the query.
    var fields: RequestFields
    /// The parameters of the query when the body has the fields.
    var queryFields: RequestFields

    /// The client of the API key; only where the endpoint's access is by key.
    var client: ClientIdentity {
        get throws(APIError) {
            guard let key else { throw .unauthorized("missing_authorization") }
            return key.client
        }
    }

    var parameters: [String: String] { request.parameters }

    /// A part of the path that is an id: what is no positive integer is not found.
    func integerParameter(_ name: String, field: String? = nil) throws(APIError) -> Int64 {
        guard let value = parameters[name].flatMap({ Int64($0) }), value > 0 else { throw .field(field ?? name, "not_found") }
        return value
    }

    /// The audience and client that the body or query names.
    ///
    /// Throws every fault known by now, those of the shape included; a handler's own checks come before.
    mutating func audienceScope() async throws(APIError) -> ScopeResolution.Scope {
        let scope = try await services.scopes.resolve(&fields, try client)
        try fields.check()
        guard let scope else { throw .field("audience", "required") }
        return scope
    }
}
