import JSON
import Model

/// A type that says itself what it looks like as JSON, because reading it does not tell.
package protocol JSONSchemaDescribed: Decodable {
    static var jsonSchema: JSONValue { get }
    /// A value of that form.
    static var schemaSample: Self { get }
}

extension JSONValue: JSONSchemaDescribed {
    package static var jsonSchema: JSONValue { ["description": "any JSON"] }
    package static var schemaSample: JSONValue { .object(JSONObject()) }
}

extension Timestamp: JSONSchemaDescribed {
    package static var jsonSchema: JSONValue { ["type": "string", "format": "date-time"] }
    package static var schemaSample: Timestamp { Timestamp(microseconds: 0) }
}

/// What holds other types, and says what they are.
protocol JSONSchemaContainer: Decodable {
    static func schema(in schemas: JSONSchemas) -> JSONSchemas.Description
}

extension Optional: JSONSchemaContainer where Wrapped: Decodable {
    static func schema(in schemas: JSONSchemas) -> JSONSchemas.Description {
        (schema: ["anyOf": [schemas.describe(Wrapped.self).schema, ["type": "null"]]], sample: Self.none)
    }
}

extension Array: JSONSchemaContainer where Element: Decodable {
    static func schema(in schemas: JSONSchemas) -> JSONSchemas.Description {
        let element = schemas.describe(Element.self)
        return (schema: ["type": "array", "items": element.schema], sample: (element.sample as? Element).map { [$0] } ?? [])
    }
}

extension Set: JSONSchemaContainer where Element: Decodable {
    static func schema(in schemas: JSONSchemas) -> JSONSchemas.Description {
        let element = schemas.describe(Element.self)
        let sample: Set<Element> = (element.sample as? Element).map { [$0] } ?? []
        return (schema: ["type": "array", "items": element.schema, "uniqueItems": true], sample: sample)
    }
}

extension Dictionary: JSONSchemaContainer where Key == String, Value: Decodable {
    static func schema(in schemas: JSONSchemas) -> JSONSchemas.Description {
        let value = schemas.describe(Value.self)
        let sample: [String: Value] = (value.sample as? Value).map { ["name": $0] } ?? [:]
        return (schema: ["type": "object", "additionalProperties": value.schema], sample: sample)
    }
}
