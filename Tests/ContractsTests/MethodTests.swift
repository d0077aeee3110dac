import Contracts
import Foundation
import JSON
import JSONRPC
import Testing

@Suite("Every method of the contracts")
struct MethodTests {
    @Test("is in the table of these tests, and none is there that the sources do not have")
    func complete() throws {
        let sources = try MethodSource.all()
        #expect(sources.count > 100)
        #expect(Set(sources.map(\.type)) == Set(ContractMethods.all.map { "\($0)" }))
        #expect(Set(sources.map(\.name)) == Set(ContractMethods.all.map { $0.name }))
    }

    @Test("has a name of its own, under the service that answers it")
    func names() throws {
        let names = ContractMethods.all.map { $0.name }
        #expect(Set(names).count == names.count, "\(Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted())")
        for source in try MethodSource.all() {
            #expect(source.name.wholeMatch(of: /[a-z]+\.[a-z][A-Za-z]*/) != nil, "\(source.type): \(source.name)")
            #expect(source.name.hasPrefix(source.service + "."), "\(source.type): \(source.name) is declared in \(source.service)")
        }
    }

    @Test("says what it does and whether repeating it is safe, in its documentation and its declaration alike")
    func documentation() throws {
        for source in try MethodSource.all() {
            #expect(source.documentation.split(separator: "\n").first?.contains(/[A-Za-z]/) == true, "\(source.type) is not documented")
            let isDeclared = source.declaration.contains("isIdempotent = true") || source.declaration.contains("isRead = true")
            let isDenied = source.documentation.contains("Not idempotent")
            let isExplained = isDenied || source.documentation.contains("dempotent")
            #expect(isDeclared || isExplained, "\(source.type) says nothing of repeating it")
            #expect(!(isDeclared && isDenied), "\(source.type) says that it is idempotent and that it is not")
        }
    }

    @Test("has at least one caller, and reads are idempotent")
    func callers() {
        for method in ContractMethods.all {
            #expect(!method.callers.isEmpty, "\(method)")
            #expect(method.isIdempotent || !method.isRead, "\(method)")
        }
    }

    @Test("comes back from JSON as it went, its result too, full and sparse; and names that are not known are left out")
    func roundTrips() throws {
        for method in ContractMethods.all { try Self.roundTrip(method) }
    }

    private static func roundTrip<Method: RPCMethod>(_ type: Method.Type) throws {
        try roundTripValues(Method.self, "\(type)")
        try roundTripValues(Method.Result.self, "the result of \(type)")
    }

    private static func roundTripValues<Value: RPCPayload>(_ type: Value.Type, _ name: String) throws {
        let samples = try samples(type)
        #expect(!samples.isEmpty, "there is no sample of \(name)")
        for sample in samples {
            let text = try canonical(sample)
            let read = try Value.read(ArraySlice(text.utf8))
            #expect(try canonical(read) == text, "\(name)")
            // Every stored property: what neither side knows would be missing in both texts.
            #expect(String(reflecting: read) == String(reflecting: sample), "\(name)")
            if let codable = sample as? any Codable {
                // A hand-written form must be what Codable would write: nothing is left out, and each reads the other's.
                let coded = try coded(codable)
                #expect(try recoded(codable, text) == coded, "\(name)")
                #expect(try canonical(Value.read(ArraySlice(coded.utf8))) == text, "\(name)")
            }
            guard text.hasPrefix("{"), text != "{}" else { continue }
            let grown = "{\"_meta\":{\"x\":[1,{}]}," + text.dropFirst()
            #expect(try canonical(Value.read(ArraySlice(grown.utf8))) == text, "\(name) does not grow")
        }
    }

    private static func samples<Value: RPCPayload>(_ type: Value.Type) throws -> [Value] {
        if let decodable = type as? any Decodable.Type {
            return try SampleDecoder.Fullness.allCases.compactMap { try SampleDecoder.make(decodable, $0) as? Value }
        }
        return try HandWrittenSamples.of(type).compactMap { $0 as? Value }
    }

    private static func canonical(_ value: some RPCPayload) throws -> String {
        var writer = JSONWriter()
        try value.write(to: &writer)
        return sorted(try JSONValue.parse(writer.bytes)).text
    }

    private static func coded(_ value: some Encodable) throws -> String {
        sorted(try JSONValue.parse([UInt8](JSONEncoder().encode(value)))).text
    }

    /// The text as Codable reads and writes it.
    private static func recoded<Value: Codable>(_: Value, _ text: String) throws -> String {
        try coded(JSONDecoder().decode(Value.self, from: Data(text.utf8)))
    }

    /// Members in the order of their names.
    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.key < $1.key }.map { (key: $0.key, value: sorted($0.value)) }))
        default: value
        }
    }
}
