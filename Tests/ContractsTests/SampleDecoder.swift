import JSON
import Model

/// Makes a value of any `Codable` type: every member there, or only those that must be.
struct SampleDecoder: Decoder {
    enum Fullness: CaseIterable { case full, sparse }

    struct Unmakeable: Error, CustomStringConvertible {
        var description: String
    }

    let fullness: Fullness
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    static func make<Value: Decodable>(_ type: Value.Type, _ fullness: Fullness) throws -> Value {
        try SampleDecoder(fullness: fullness).value(type)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SampleMembers(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { SampleElements(decoder: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { SampleValue(decoder: self) }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let value = Self.scalar(type) { return value }
        if let choices = type as? any CaseIterable.Type, let value = Self.first(of: choices) as? Value { return value }
        return try Value(from: self)
    }

    private static func first<Choices: CaseIterable>(of type: Choices.Type) -> Any? { type.allCases.first }

    /// What cannot be made member by member.
    private static func scalar<Value>(_ type: Value.Type) -> Value? {
        let samples: [Any] = [
            true, "täxt \"\\\n", 7, Int64(9_007_199_254_740_993), Int32(5), UInt16(6), 1.5, Timestamp(microseconds: 1_764_500_000_123_456),
            JSONValue.object(JSONObject([(key: "a", value: [1, true, .null, "x"])])),
        ]
        return samples.lazy.compactMap { $0 as? Value }.first
    }
}

private struct SampleMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: SampleDecoder
    let codingPath: [any CodingKey] = []

    /// Dictionaries ask for them: one member.
    var allKeys: [Key] { decoder.fullness == .full ? [Key(stringValue: "key")].compactMap(\.self) : [] }
    func contains(_ key: Key) -> Bool { decoder.fullness == .full }
    func decodeNil(forKey key: Key) -> Bool { decoder.fullness == .sparse }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try decoder.value(type) }
    func superDecoder() -> any Decoder { decoder }
    func superDecoder(forKey key: Key) -> any Decoder { decoder }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { decoder.unkeyedContainer() }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> {
        decoder.container(keyedBy: type)
    }
}

private struct SampleElements: UnkeyedDecodingContainer {
    let decoder: SampleDecoder
    let codingPath: [any CodingKey] = []
    var currentIndex = 0

    init(decoder: SampleDecoder) { self.decoder = decoder }

    var count: Int? { decoder.fullness == .full ? 1 : 0 }
    var isAtEnd: Bool { currentIndex >= count ?? 0 }
    func decodeNil() -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try decoder.value(type)
    }
    func superDecoder() -> any Decoder { decoder }
    func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { decoder.unkeyedContainer() }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> { decoder.container(keyedBy: type) }
}

private struct SampleValue: SingleValueDecodingContainer {
    let decoder: SampleDecoder
    let codingPath: [any CodingKey] = []
    func decodeNil() -> Bool { false }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }
}
