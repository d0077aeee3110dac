import JSON

/// An answer's object: each member with its shape and where its value comes from.
///
/// The JSON and the schema in the OpenAPI document are both made of this.
struct Payload<Source>: Sendable {
    struct Member: Sendable {
        let field: Field
        let value: @Sendable (Source) -> JSONValue

        static func member(
            _ name: String,
            _ shape: Shape,
            _ summary: String = "",
            _ value: @escaping @Sendable (Source) -> JSONValue
        ) -> Member {
            Member(field: Field(name, shape, required: true, summary), value: value)
        }
    }

    let name: String
    let members: [Member]

    init(_ name: String, _ members: [Member]) {
        self.name = name
        self.members = members
    }

    var objectShape: ObjectShape { ObjectShape(name, members.map(\.field)) }
    var shape: Shape { .object(objectShape) }

    func object(_ source: Source) -> JSONObject { JSONObject(members.map { (key: $0.field.name, value: $0.value(source)) }) }
    func value(_ source: Source) -> JSONValue { .object(object(source)) }
}

extension JSONValue {
    static func integer(_ value: Int64) -> JSONValue { .number(JSONNumber(value)) }
    static func integer(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}
