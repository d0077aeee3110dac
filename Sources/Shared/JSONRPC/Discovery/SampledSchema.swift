import JSON
import Model

/// A type with a codec of its own: a sample with every member shows what it looks like, and its reader tells what may be left out.
package protocol JSONSchemaSampled: RPCPayload {
    /// With every member, also those that are usually left out.
    static var schemaSample: Self { get }
}

/// The schema of a sample, by what the reader of its type takes in its place.
struct SampledSchema {
    /// Whether the reader takes a whole value.
    let isReadable: (JSONValue) -> Bool

    init<Payload: RPCPayload>(_: Payload.Type) {
        isReadable = { value in
            var writer = JSONWriter()
            writer.value(value)
            return (try? Payload.read(ArraySlice(writer.bytes))) != nil
        }
    }

    /// The members of a sample that is an object, and which of them it needs.
    func object(_ sample: JSONValue) -> JSONSchemas.Object { object(sample, isReadable) }

    private func object(_ sample: JSONValue, _ takes: (JSONValue) -> Bool) -> JSONSchemas.Object {
        var object = JSONSchemas.Object()
        for (key, value) in sample.objectValue?.members ?? [] {
            object.members.append(
                (name: key, schema: withoutActuallyEscaping(takes) { takes in schema(value) { takes(sample.with(key, $0)) } })
            )
            if !takes(sample.with(key, nil)) { object.required.append(key) }
        }
        return object
    }

    /// - Parameter takes: whether the whole is read with a value in this place.
    private func schema(_ value: JSONValue, _ takes: (JSONValue) -> Bool) -> JSONValue {
        // What takes both of these takes anything.
        if takes(.string("\u{1}")), takes(.array([true])) { return JSONValue.jsonSchema }
        switch value {
        case .null: return ["type": "null"]
        case .bool: return ["type": "boolean"]
        case .number(let number): return ["type": number.int64 == nil ? "number" : "integer"]
        case .string(let text):
            let isTime = Timestamp(iso8601: text) != nil && !takes("text")
            return isTime ? Timestamp.jsonSchema : ["type": "string"]
        case .array(let items):
            guard let first = items.first else { return ["type": "array"] }
            let item = withoutActuallyEscaping(takes) { takes in schema(first) { takes(.array([$0] + items.dropFirst())) } }
            return ["type": "array", "items": item]
        case .object: return object(value, takes).schema
        }
    }
}

extension JSONValue {
    /// The object with another value for a member; nil removes it.
    fileprivate func with(_ key: String, _ value: JSONValue?) -> JSONValue {
        let members = (objectValue?.members ?? []).compactMap { member -> (key: String, value: JSONValue)? in
            guard member.key == key else { return member }
            return value.map { (key: key, value: $0) }
        }
        return .object(JSONObject(members))
    }
}
