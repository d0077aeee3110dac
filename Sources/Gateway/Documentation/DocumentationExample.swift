import Contracts
import HTTPTypes
import JSON

/// A call with curl that runs as it stands, given `URL` and `KEY` in the shell, and `OPERATOR_KEY` for what is the operator's.
struct DocumentationExample {
    let endpoint: Endpoint

    var curl: String {
        var parts = ["curl"]
        if endpoint.method != .get { parts.append("-X \(endpoint.method.rawValue)") }
        if case .key(let scope) = endpoint.access {
            parts.append("-H \"Authorization: Bearer $\(scope.isOperators ? "OPERATOR_KEY" : "KEY")\"")
        }
        if let shape = endpoint.body.jsonShape {
            parts.append("-H 'Content-Type: application/json'")
            parts.append("-d \(Self.quoted(JSONValue.object(shape.example).text))")
        }
        parts.append("\"$URL\(target)\"")
        return parts.joined(separator: " \\\n  ")
    }

    /// Path and query with their examples.
    var target: String {
        let path = PathParameter.all(in: endpoint.path).reduce(endpoint.path) { path, parameter in
            path.replacing("{\(parameter.name)}", with: Self.text(parameter.field.example ?? .string(parameter.name)))
        }
        let query = endpoint.query.filter { $0.isRequired || $0.example != nil }
            .map { "\($0.name)=\(Self.text($0.example ?? $0.shape.example))" }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let items): items.map(text).joined(separator: ",")
        default: value.text
        }
    }

    /// For a shell.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
