import JSON

/// The JSON Schemas of types, made from what the types themselves ask for when they are decoded.
///
/// Objects with a name are components, to which others refer; so a type may hold itself.
final class JSONSchemas {
    typealias Description = (schema: JSONValue, sample: Any?)

    /// An object that is read member by member.
    struct Object {
        var members: [(name: String, schema: JSONValue)] = []
        var required: [String] = []
        /// Whether the type could be read to its end; otherwise there may be more members.
        var isComplete = true

        var schema: JSONValue {
            [
                "type": "object", "properties": .object(JSONObject(members.map { (key: $0.name, value: $0.schema) })),
                "required": .array(required.map { .string($0) }),
            ]
        }
    }

    private var components: [(name: String, schema: JSONValue)] = []
    private var described: [ObjectIdentifier: Description] = [:]
    /// Types whose description has begun, with the names that they get.
    private var names: [ObjectIdentifier: String] = [:]

    /// By name.
    var schemas: JSONValue { .object(JSONObject(components.sorted { $0.name < $1.name }.map { (key: $0.name, value: $0.schema) })) }

    func describe(_ type: any Decodable.Type) -> Description {
        if let known = described[ObjectIdentifier(type)] { return known }
        // In the middle of describing it: it holds itself.
        if let name = names[ObjectIdentifier(type)] { return (schema: Self.reference(name), sample: nil) }
        let found = plain(type) ?? probed(type)
        described[ObjectIdentifier(type)] = found
        return found
    }

    /// The members of an object that is described where it stands; empty for what is no object.
    func object(_ type: any Decodable.Type) -> (object: Object, sample: Any?) {
        let notes = ProbeNotes(self)
        let sample = try? type.init(from: SchemaProbe(notes: notes))
        var object = notes.object ?? Object()
        object.isComplete = sample != nil
        return (object, sample)
    }

    private func plain(_ type: any Decodable.Type) -> Description? {
        switch type {
        case is Bool.Type: (schema: ["type": "boolean"], sample: false)
        case is String.Type: (schema: ["type": "string"], sample: "text")
        case is Double.Type: (schema: ["type": "number"], sample: 0.5)
        case let integer as any (FixedWidthInteger & Decodable).Type: (schema: ["type": "integer"], sample: integer.init(exactly: 1))
        case let described as any JSONSchemaDescribed.Type: (schema: described.jsonSchema, sample: described.schemaSample)
        case let container as any JSONSchemaContainer.Type: container.schema(in: self)
        case let choice as any (CaseIterable & RawRepresentable).Type: choices(choice)
        default: nil
        }
    }

    private func choices(_ type: any (CaseIterable & RawRepresentable).Type) -> Description? {
        func list<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> Description? {
            let words = Choice.allCases.compactMap { $0.rawValue as? String }
            guard !words.isEmpty, words.count == Choice.allCases.count else { return nil }
            return (schema: ["type": "string", "enum": .array(words.map { .string($0) })], sample: Choice.allCases.first)
        }
        return list(type)
    }

    private func probed(_ type: any Decodable.Type) -> Description {
        let name = name(of: type)
        names[ObjectIdentifier(type)] = name
        let notes = ProbeNotes(self)
        let sample = try? type.init(from: SchemaProbe(notes: notes))
        if let single = notes.single { return (schema: single, sample: sample) }
        var object = notes.object ?? Object()
        object.isComplete = sample != nil
        components.append((name: name, schema: object.isComplete ? object.schema : ["type": "object", "x-incomplete": true]))
        return (schema: Self.reference(name), sample: sample)
    }

    private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }

    /// The type's name without its module, in the characters that a component may have; each once.
    private func name(of type: any Decodable.Type) -> String {
        let full = String(reflecting: type)
        let plain = full.drop { $0 != "." }.dropFirst().map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber || character == ".") ? character : "_"
        }
        var name = String(plain)
        while names.values.contains(name) { name += "_" }
        return name
    }
}
