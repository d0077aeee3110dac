import JSON

extension ObjectShape {
    /// JSON Schema 2020-12, as OpenAPI 3.1 takes it.
    var schema: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "type", value: "object"),
            (
                key: "properties",
                value: .object(JSONObject(fields.map { (key: $0.name, value: $0.schema) }))
            ),
        ]
        let required = fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members.append((key: "required", value: .strings(required))) }
        return .object(JSONObject(members))
    }

    /// A body that works: what is required, and what has an example.
    var example: JSONObject {
        JSONObject(
            fields.filter { $0.isRequired || $0.example != nil }.map { (key: $0.name, value: $0.example ?? $0.shape.example) }
        )
    }
}

extension Field {
    fileprivate var schema: JSONValue {
        // Null is as good as absent.
        let accepted: Shape = if isRequired { shape } else { .nullable(shape) }
        guard var schema = accepted.schema.objectValue else { return accepted.schema }
        let texts = [summary, shape.limitSummary ?? ""].filter { !$0.isEmpty }
        if !texts.isEmpty { schema["description"] = .string(texts.joined(separator: " ")) }
        if let example { schema["examples"] = [example] }
        return .object(schema)
    }
}

extension Shape {
    var schema: JSONValue {
        switch self {
        case .any: [:]
        case .string(let rule): Self.schema(rule)
        case .integer(let range): Self.schema(range)
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .timestamp: ["type": "string", "format": "date-time"]
        case .email: ["type": "string", "format": "email"]
        case .list(let shape, let count): Self.schema(list: shape, count)
        case .object(let object): object.name.isEmpty ? object.schema : ["$ref": .string("#/components/schemas/\(object.name)")]
        case .map(let shape, let count): Self.schema(map: shape, count)
        case .freeObject: ["type": "object"]
        case .nullable(let shape): ["anyOf": [shape.schema, ["type": "null"]]]
        }
    }

    private static func schema(_ rule: StringRule) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [(key: "type", value: "string")]
        if let choices = rule.choices { members.append((key: "enum", value: .strings(choices))) }
        if let maximum = rule.maximum { members.append((key: "maxLength", value: .integer(maximum))) }
        if let format = rule.format { members.append((key: "format", value: .string(format))) }
        return .object(JSONObject(members))
    }

    private static func schema(_ range: ClosedRange<Int64>?) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [(key: "type", value: "integer")]
        if let range {
            members.append((key: "minimum", value: .integer(range.lowerBound)))
            members.append((key: "maximum", value: .integer(range.upperBound)))
        }
        return .object(JSONObject(members))
    }

    private static func schema(list shape: Shape, _ count: ClosedRange<Int>?) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [(key: "type", value: "array"), (key: "items", value: shape.schema)]
        if let count {
            if count.lowerBound > 0 { members.append((key: "minItems", value: .integer(count.lowerBound))) }
            if count.upperBound < .max { members.append((key: "maxItems", value: .integer(count.upperBound))) }
        }
        return .object(JSONObject(members))
    }

    private static func schema(map shape: Shape, _ count: Int?) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [(key: "type", value: "object"), (key: "additionalProperties", value: shape.schema)]
        if let count { members.append((key: "maxProperties", value: .integer(count))) }
        return .object(JSONObject(members))
    }

    /// JSON Schema counts no bytes, so people are told.
    var limitSummary: String? {
        guard case .freeObject(let maximum?) = self else { return nil }
        return "At most \(maximum >> 10) KiB as JSON."
    }

    /// A value of this shape, for a required field without an example of its own.
    var example: JSONValue {
        switch self {
        case .any, .freeObject, .map: [:]
        case .string(let rule): .string(rule.choices?.first ?? "text")
        case .integer(let range): .integer(range?.lowerBound ?? 1)
        case .number: 1
        case .boolean: true
        case .timestamp: "2030-01-31T09:00:00Z"
        case .email: "ann@example.org"
        case .list(let shape, _): [shape.example]
        case .object(let object): .object(object.example)
        case .nullable(let shape): shape.example
        }
    }
}
