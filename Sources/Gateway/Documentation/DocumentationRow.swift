import JSON

/// One line of a table of fields; what is inside another field has its dotted name, `[]` for any item of a list, `*` for any key.
struct DocumentationRow {
    let name: String
    let place: String
    let field: Field

    var values: [String: Any] {
        let texts = [field.summary, field.shape.limitSummary ?? ""].filter { !$0.isEmpty }
        return [
            "name": name, "place": place, "type": field.shape.label, "need": field.isRequired ? "required" : "",
            "summary": texts.joined(separator: " "),
        ]
    }

    /// The fields and all that they hold, each before its own members.
    static func all(of fields: [Field], place: String, prefix: String = "") -> [DocumentationRow] {
        fields.flatMap { field -> [DocumentationRow] in
            let name = prefix + field.name
            return [DocumentationRow(name: name, place: place, field: field)] + members(of: field.shape, place: place, name)
        }
    }

    private static func members(of shape: Shape, place: String, _ name: String) -> [DocumentationRow] {
        switch shape {
        case .object(let object): all(of: object.fields, place: place, prefix: name + ".")
        case .list(let item, _): members(of: item, place: place, name + "[]")
        case .map(let value, _): members(of: value, place: place, name + ".*")
        case .nullable(let inner): members(of: inner, place: place, name)
        default: []
        }
    }
}

extension Shape {
    /// For people.
    fileprivate var label: String {
        switch self {
        case .any: "any"
        case .string(let rule): rule.choices.map { $0.joined(separator: ", ") } ?? "string"
        case .integer(let range):
            range.map { $0.upperBound == .max ? "integer from \($0.lowerBound)" : "integer \($0.lowerBound)–\($0.upperBound)" } ?? "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .timestamp: "time"
        case .email: "address"
        case .list(let shape, _): "list of \(shape.label)"
        case .object, .map, .freeObject: "object"
        case .nullable(let shape): "\(shape.label) or null"
        }
    }
}
