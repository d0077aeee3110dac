import JSON

/// A decoder that notes which members a type asks for, and hands out a sample of each.
struct SchemaProbe: Decoder {
    let notes: ProbeNotes
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        if notes.object == nil { notes.object = JSONSchemas.Object() }
        return KeyedDecodingContainer(ProbeContainer<Key>(notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ProbeError() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { ProbeValue(notes: notes) }
}

/// What one type asked for; used within one synchronous call only.
final class ProbeNotes {
    let schemas: JSONSchemas
    var object: JSONSchemas.Object?
    /// Of a type that is read as one value.
    var single: JSONValue?
    /// The member that was asked for null, and so may be.
    var optional: String?

    init(_ schemas: JSONSchemas) { self.schemas = schemas }
}

/// The probe has nothing to give.
private struct ProbeError: Error {}

private struct ProbeContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: ProbeNotes
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }

    func decodeNil(forKey key: Key) throws -> Bool {
        notes.optional = key.stringValue
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let sample = note(key, type, isRequired: notes.optional != key.stringValue) as? Value else { throw ProbeError() }
        return sample
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        _ = note(key, type, isRequired: false)
        return nil
    }

    private func note(_ key: Key, _ type: any Decodable.Type, isRequired: Bool) -> Any? {
        let (schema, sample) = notes.schemas.describe(type)
        notes.object?.members.append((name: key.stringValue, schema: schema))
        if isRequired { notes.object?.required.append(key.stringValue) }
        return sample
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        throw ProbeError()
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw ProbeError() }
    func superDecoder() throws -> any Decoder { throw ProbeError() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw ProbeError() }
}

private struct ProbeValue: SingleValueDecodingContainer {
    let notes: ProbeNotes
    let codingPath: [any CodingKey] = []

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (schema, sample) = notes.schemas.describe(type)
        notes.single = schema
        guard let sample = sample as? Value else { throw ProbeError() }
        return sample
    }
}
