/// A decoder that notes which members a type asks for and hands out empty values.
///
/// A type that refuses an empty value ends the probe there: what was noted until then is kept.
struct ParameterProbe: Decoder {
    private let notes: Notes?
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    /// Used within one synchronous call of ``parameters(of:)`` only.
    final class Notes {
        var parameters: [RPCMethodShape.Parameter] = []
        /// The member that was asked for null, and so may be.
        var optional: String?
    }

    static func parameters(of type: any Decodable.Type) -> [RPCMethodShape.Parameter] {
        let notes = Notes()
        _ = try? type.init(from: ParameterProbe(notes: notes))
        return notes.parameters
    }

    fileprivate init(notes: Notes?) { self.notes = notes }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbeContainer<Key>(notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ProbeError() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { ProbeValue() }
}

private struct ProbeError: Error {}

private struct ProbeContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: ParameterProbe.Notes?
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool {
        notes?.optional = key.stringValue
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        note(key, type, isRequired: notes?.optional != key.stringValue)
        return try ProbeValue().decode(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        note(key, type, isRequired: false)
        return nil
    }

    private func note(_ key: Key, _ type: any Decodable.Type, isRequired: Bool) {
        notes?.parameters.append(.init(name: key.stringValue, isRequired: isRequired, type: ProbeValue.schema(of: type)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        throw ProbeError()
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw ProbeError() }
    func superDecoder() throws -> any Decoder { throw ProbeError() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw ProbeError() }
}

private struct ProbeValue: SingleValueDecodingContainer {
    let codingPath: [any CodingKey] = []

    func decodeNil() -> Bool { true }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let empty: Any?
        switch type {
        case is Bool.Type: empty = false
        case is String.Type: empty = ""
        case is Double.Type: empty = 0.0
        case is Float.Type: empty = Float(0)
        case let integer as any FixedWidthInteger.Type: empty = integer.init(exactly: 1)
        case let array as any ExpressibleByArrayLiteral.Type: empty = Self.emptyArray(array)
        default: empty = nil
        }
        return try (empty as? Value) ?? Value(from: ParameterProbe(notes: nil))
    }

    private static func emptyArray(_ type: any ExpressibleByArrayLiteral.Type) -> Any {
        func empty<Array: ExpressibleByArrayLiteral>(_: Array.Type) -> Array { [] }
        return empty(type)
    }

    static func schema(of type: any Decodable.Type) -> String? {
        switch type {
        case is Bool.Type: "boolean"
        case is String.Type: "string"
        case is Double.Type, is Float.Type: "number"
        case is any FixedWidthInteger.Type: "integer"
        case is any ExpressibleByArrayLiteral.Type: "array"
        default: nil
        }
    }
}
