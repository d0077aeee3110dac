import Foundation
import JSON
import Model
import Testing

@testable import JSONRPC

@Suite("JSON Schemas made from types")
struct JSONSchemasTests {
    private enum Choice: String, Codable, CaseIterable { case red, green }

    private struct Inner: Codable { var id: Identifier<Entity.Contact>; var tags: [String]? }

    private struct Outer: Codable {
        var name: String
        var choice: Choice
        var inner: [Inner]
        var counts: [String: Int]
        var free: JSONValue?
        var at: Timestamp
        var missing: [Double?]
    }

    /// A type that holds itself.
    private struct Tree: Codable { var value: Bool; var children: [Tree]; var next: Inner? }

    /// A choice that cannot be listed.
    private enum Closed: String, Codable { case one }

    private struct Hidden: Codable { var before: String; var closed: Closed; var after: String }

    /// Written by hand, with a member that is usually left out.
    private struct ByHand: JSONSchemaSampled {
        var key: String
        var hint: String?

        static let schemaSample = ByHand(key: "k", hint: "h")

        func write(to writer: inout JSONWriter) throws {
            writer.value(.object(JSONObject([(key: "k", value: .string(key))] + (hint.map { [(key: "h", value: .string($0))] } ?? []))))
        }

        static func read(_ json: ArraySlice<UInt8>) throws -> ByHand {
            let value = try JSONValue.parse(json)
            guard let key = value["k"]?.stringValue else { throw JSONParseError(reason: .wrongType, offset: 0) }
            if let hint = value["h"], hint.stringValue == nil { throw JSONParseError(reason: .wrongType, offset: 0) }
            return ByHand(key: key, hint: value["h"]?.stringValue)
        }
    }

    private func properties(_ object: JSONSchemas.Object) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: object.members.map { ($0.name, $0.schema) })
    }

    @Test("members, choices, lists, maps, times, optional and nested ones are what the type decodes")
    func nested() throws {
        let schemas = JSONSchemas()
        let (object, sample) = schemas.object(Outer.self)
        #expect(object.isComplete && object.required == ["name", "choice", "inner", "counts", "at", "missing"])
        let found = properties(object)
        #expect(found["choice"] == ["type": "string", "enum": ["red", "green"]])
        #expect(found["counts"] == ["type": "object", "additionalProperties": ["type": "integer"]])
        #expect(found["at"] == ["type": "string", "format": "date-time"] && found["free"] == ["description": "any JSON"])
        #expect(found["missing"] == ["type": "array", "items": ["anyOf": [["type": "number"], ["type": "null"]]]])
        let reference = try #require(found["inner"]?["items"]?["$ref"]?.stringValue)
        let inner = try #require(schemas.schemas[String(reference.split(separator: "/").last ?? "")])
        #expect(inner["properties"]?["id"] == ["type": "integer"] && inner["required"] == ["id"])
        // The sample is a value that the type's own decoder has made.
        let outer = try #require(sample as? Outer)
        #expect(outer.choice == .red && outer.inner.count == 1 && outer.free == nil)
    }

    @Test("a type that holds itself refers to itself")
    func recursive() throws {
        let schemas = JSONSchemas()
        let tree = schemas.describe(Tree.self)
        let reference = try #require(tree.schema["$ref"])
        let name = String((reference.stringValue ?? "").split(separator: "/").last ?? "")
        #expect(schemas.schemas[name]?["properties"]?["children"]?["items"]?["$ref"] == reference)
        #expect((tree.sample as? Tree)?.children.isEmpty == true)
    }

    @Test("what cannot be read to its end says so instead of telling half")
    func incomplete() {
        #expect(!JSONSchemas().object(Hidden.self).object.isComplete)
    }

    @Test("the members of a codec of its own are those of its sample, and required those that its reader misses")
    func sampled() throws {
        var writer = JSONWriter()
        try ByHand.schemaSample.write(to: &writer)
        let object = SampledSchema(ByHand.self).object(try JSONValue.parse(writer.bytes))
        #expect(object.required == ["k"] && properties(object) == ["k": ["type": "string"], "h": ["type": "string"]])
    }
}
