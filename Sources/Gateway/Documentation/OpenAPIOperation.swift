import Contracts
import HTTPTypes
import JSON

/// What the document says about one endpoint.
struct OpenAPIOperation {
    let endpoint: Endpoint

    var value: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "operationId", value: .string(endpoint.id)),
            (key: "tags", value: [.string(endpoint.tag.rawValue)]),
            (key: "summary", value: .string(endpoint.summary)),
        ]
        if !description.isEmpty { members.append((key: "description", value: .string(description))) }
        if case .key = endpoint.access { members.append((key: "security", value: [["apiKey": []]])) }
        if !parameters.isEmpty { members.append((key: "parameters", value: .array(parameters))) }
        if let body { members.append((key: "requestBody", value: body)) }
        members.append((key: "responses", value: responses))
        return .object(JSONObject(members))
    }

    private var description: String {
        guard case .key(let scope) = endpoint.access else { return endpoint.details }
        let needs = "Needs the scope `\(scope.rawValue)`."
        return endpoint.details.isEmpty ? needs : "\(endpoint.details) \(needs)"
    }

    private var parameters: [JSONValue] {
        let path = PathParameter.all(in: endpoint.path).map { parameter(parameter: $0.field, place: "path", isRequired: true) }
        return path + endpoint.query.map { parameter(parameter: $0, place: "query", isRequired: $0.isRequired) }
    }

    private func parameter(parameter field: Field, place: String, isRequired: Bool) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "name", value: .string(field.name)), (key: "in", value: .string(place)), (key: "required", value: .bool(isRequired)),
            (key: "schema", value: field.shape.schema),
        ]
        if case .list = field.shape { members.append(contentsOf: [(key: "style", value: "form"), (key: "explode", value: false)]) }
        if !field.summary.isEmpty { members.append((key: "description", value: .string(field.summary))) }
        if let example = field.example { members.append((key: "example", value: example)) }
        return .object(JSONObject(members))
    }

    private var body: JSONValue? {
        let mediaTypes: [String: Shape]
        switch endpoint.body {
        case .none: return nil
        case .json(let shape): mediaTypes = ["application/json": .object(shape)]
        case .own(let own): mediaTypes = own
        }
        let content = mediaTypes.sorted { $0.key < $1.key }.map { type, shape in
            var members: [(key: String, value: JSONValue)] = [(key: "schema", value: shape.schema)]
            if type == "application/json" { members.append((key: "example", value: shape.example)) }
            return (key: type, value: JSONValue.object(JSONObject(members)))
        }
        // An empty body is an empty object.
        let isRequired = endpoint.body.jsonShape?.fields.contains(where: \.isRequired) ?? true
        return ["required": .bool(isRequired), "content": .object(JSONObject(content))]
    }

    private var responses: JSONValue {
        var responses = JSONObject()
        for answer in (endpoint.answers + Self.implied(endpoint)).sorted(by: { $0.status.code < $1.status.code }) {
            let code = String(answer.status.code)
            guard responses[code] == nil else { continue }
            var members: [(key: String, value: JSONValue)] = [(key: "description", value: .string(answer.summary))]
            if !answer.content.isEmpty {
                let content = answer.content.sorted { $0.key < $1.key }
                    .map { (key: $0.key, value: ["schema": $0.value.schema] as JSONValue) }
                members.append((key: "content", value: .object(JSONObject(content))))
            }
            responses[code] = .object(JSONObject(members))
        }
        return .object(responses)
    }

    /// What the framework itself answers.
    static func implied(_ endpoint: Endpoint) -> [EndpointAnswer] {
        let error = APIErrorShape.shape
        let method = EndpointAnswer.json(.methodNotAllowed, error, "Another method on this path; `Allow` names those that there are.")
        if case .form = endpoint.access {
            return [method, .content(.tooManyRequests, "text/html", "Too many forms from one address; `Retry-After` says when to come back.")]
        }
        guard case .key = endpoint.access else { return [method] }
        var answers: [EndpointAnswer] = [
            method,
            .json(.unauthorized, error, "The API key is absent or not accepted."),
            .json(.forbidden, error, "The key lacks the scope, or the client is not the key's own."),
            .json(.tooManyRequests, error, "Too many requests; `Retry-After` says when to come back."),
            .json(.serviceUnavailable, error, "Temporarily unavailable; `Retry-After` says when to come back."),
        ]
        if !endpoint.query.isEmpty { answers.append(.json(.badRequest, error, "Faults of the request, all together.")) }
        if !PathParameter.all(in: endpoint.path).isEmpty { answers.append(.notFound) }
        switch endpoint.body {
        case .none: break
        case .json, .own:
            answers.append(.json(.badRequest, error, "Faults of the request, all together."))
            answers.append(.json(.contentTooLarge, error, "The body, or what it asks for at once, is too large."))
        }
        return answers
    }
}
