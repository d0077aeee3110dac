import HTTPTypes
import JSON

/// The OpenAPI 3.1 document, made from the endpoints that serve (https://spec.openapis.org/oas/v3.1.0).
struct OpenAPIDocument {
    let endpoints: [Endpoint]
    let serverURL: String

    func make() -> JSONValue {
        .object(
            JSONObject([
                (key: "openapi", value: "3.1.0"),
                (
                    key: "info",
                    value: [
                        "title": "Datamailer", "version": "1",
                        "summary": "Audiences, campaigns and transactional mail.",
                        "description": .string(Self.introduction),
                    ]
                ),
                (key: "servers", value: [["url": .string(serverURL)]]),
                (key: "tags", value: .array(EndpointTag.allCases.map { ["name": .string($0.rawValue)] })),
                (key: "paths", value: paths),
                (key: "components", value: components),
            ])
        )
    }

    static let introduction = """
        Ids are integers, times ISO 8601 UTC with microseconds. Absent and null fields change nothing; unknown fields are ignored. \
        All faults of a request are told together under `error.fields`, field to reason.
        """

    private var paths: JSONValue {
        var paths = JSONObject()
        for endpoint in endpoints {
            var item = paths[endpoint.path]?.objectValue ?? JSONObject()
            item[endpoint.method.rawValue.lowercased()] = OpenAPIOperation(endpoint: endpoint).value
            paths[endpoint.path] = .object(item)
        }
        return .object(paths)
    }

    private var components: JSONValue {
        var schemas = SchemaCollection()
        schemas.add(APIErrorShape.shape)
        for endpoint in endpoints {
            for answer in endpoint.answers { answer.content.values.forEach { schemas.add($0) } }
            switch endpoint.body {
            case .none: break
            case .json(let shape): schemas.add(.object(shape))
            case .own(let mediaTypes): mediaTypes.values.forEach { schemas.add($0) }
            }
        }
        return [
            "schemas": .object(schemas.sorted),
            "securitySchemes": [
                "apiKey": [
                    "type": "http", "scheme": "bearer",
                    "description": "`Authorization: Bearer dm_<public id>_<secret>`",
                ]
            ],
        ]
    }
}

/// The named shapes, each once.
struct SchemaCollection {
    private var schemas: [String: JSONValue] = [:]

    var sorted: JSONObject { JSONObject(schemas.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }) }

    mutating func add(_ shape: Shape) {
        switch shape {
        case .object(let object):
            if !object.name.isEmpty {
                guard schemas[object.name] == nil else { return }
                schemas[object.name] = object.schema
            }
            for field in object.fields { add(field.shape) }
        case .list(let inner, _), .map(let inner, _), .nullable(let inner): add(inner)
        default: break
        }
    }
}
