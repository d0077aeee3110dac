import Contracts
import HTTPTypes
import HummingbirdCore
import JSON

/// What happens before an endpoint's handler: authentication, rate, scope, and the shape of the request.
struct EndpointRunner: Sendable {
    let services: APIServices
    let authentication: APIAuthentication
    let limits: RequestRateLimits

    func respond(_ endpoint: Endpoint, _ request: GatewayRequest) async throws -> Response {
        if case .form = endpoint.access, let wait = limits.takeForm(of: request.client) { return Pages.tooMany(after: wait) }
        let key = try await authenticate(endpoint, request)
        let query = Self.query(endpoint, request)
        var call = EndpointCall(request: request, key: key, services: services, fields: query, queryFields: query)
        if case .json(let shape) = endpoint.body {
            call.fields = try await RequestFields.read(request)
            call.fields.add(shape.faults(call.fields.object))
            call.fields.add(query.faults.map { (field: $0.key, reason: $0.value) })
        }
        return try await endpoint.handler(&call)
    }

    private func authenticate(_ endpoint: Endpoint, _ request: GatewayRequest) async throws(APIError) -> AuthenticatedKey? {
        guard case .key(let scope) = endpoint.access else { return nil }
        let key: AuthenticatedKey
        do {
            key = try await authentication.key(of: request)
        } catch {
            // Only failures are refused: whoever else fails at the same address, a good key is served.
            if error.status == .unauthorized { try limits.takeFailure(of: request.client) }
            throw error
        }
        try limits.takeRequest(of: key)
        guard key.allows(scope) else { throw .insufficientScope(scope) }
        return key
    }

    /// The declared parameters of the query, as values of their shapes.
    private static func query(_ endpoint: Endpoint, _ request: GatewayRequest) -> RequestFields {
        let members = endpoint.query.compactMap { field -> (key: String, value: JSONValue)? in
            guard let text = request.query(field.name), !text.isEmpty else { return nil }
            return (key: field.name, value: field.shape.queryValue(text))
        }
        var fields = RequestFields(JSONObject(members))
        // What cannot be read is not what was asked for; leaving it out would answer another question.
        for field in endpoint.query where request.isQueryBroken(field.name) { fields.fault(field.name, "invalid") }
        fields.add(ObjectShape(endpoint.query).faults(fields.object))
        return fields
    }
}

extension Shape {
    /// The value that a query's text stands for; what does not fit stays a string, and is then refused with its reason.
    fileprivate func queryValue(_ text: String) -> JSONValue {
        switch self {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .boolean: text == "true" || text == "1" ? true : text == "false" || text == "0" ? false : .string(text)
        case .list: .array(text.split(separator: ",").map { .string(String($0)) })
        case .nullable(let shape): shape.queryValue(text)
        default: .string(text)
        }
    }
}
