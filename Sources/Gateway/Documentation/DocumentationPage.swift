import Contracts
import HTTPTypes
import JSON
import Mustache

/// The documentation as one page to read, made of the same declarations as the OpenAPI document.
struct DocumentationPage {
    let endpoints: [Endpoint]
    let publicURL: String

    var html: String {
        guard let template = try? MustacheTemplate(string: Self.template) else { return "" }
        return template.render(["url": publicURL, "introduction": OpenAPIDocument.introduction, "groups": groups] as [String: Any])
    }

    private var groups: [[String: Any]] {
        EndpointTag.allCases.compactMap { tag in
            let members = endpoints.filter { $0.tag == tag }
            return members.isEmpty ? nil : ["name": tag.rawValue, "anchor": Self.anchor(tag.rawValue), "endpoints": members.map(entry)]
        }
    }

    private func entry(_ endpoint: Endpoint) -> [String: Any] {
        var entry: [String: Any] = [
            "id": endpoint.id, "method": endpoint.method.rawValue, "path": endpoint.path, "summary": endpoint.summary,
            "details": endpoint.details, "example": DocumentationExample(endpoint: endpoint).curl,
            "answers": (endpoint.answers + OpenAPIOperation.implied(endpoint)).sorted { $0.status.code < $1.status.code }
                .map { ["status": "\($0.status.code)", "summary": $0.summary] },
        ]
        if case .key(let scope) = endpoint.access { entry["scope"] = scope.rawValue }
        let bodyFields = endpoint.body.jsonShape?.fields ?? []
        let fields = endpoint.query.map { Self.row($0, place: "query") } + bodyFields.map { Self.row($0, place: "body") }
        if !fields.isEmpty { entry["hasFields"] = ["fields": fields] }
        return entry
    }

    private static func row(_ field: Field, place: String) -> [String: Any] {
        ["name": field.name, "place": place, "type": field.shape.label, "need": field.isRequired ? "required" : "", "summary": field.summary]
    }

    private static func anchor(_ name: String) -> String { name.lowercased().replacing(" ", with: "-") }

    private static let template = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Datamailer API</title>
        <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
        pre{background:#f3f3f3;padding:.7rem;overflow-x:auto}code,pre{font-size:.9rem}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;border-bottom:1px solid #ccc;padding:.2rem .6rem;vertical-align:top}h3{margin-top:2.5rem}
        nav a{margin-right:1rem}</style></head><body><main>
        <h1>Datamailer API</h1><p>{{introduction}}</p>
        <p>The examples need two variables of your shell, and run as they stand:</p>
        <pre>URL={{url}}
        KEY=dm_…</pre>
        <p>The same as <a href="/api-docs/openapi.json">OpenAPI 3.1</a>.</p>
        <nav>{{#groups}}<a href="#{{anchor}}">{{name}}</a>{{/groups}}</nav>
        {{#groups}}<h2 id="{{anchor}}">{{name}}</h2>
        {{#endpoints}}<section><h3 id="{{id}}"><code>{{method}} {{path}}</code></h3><p>{{summary}} {{details}}</p>
        {{#scope}}<p>Scope: <code>{{.}}</code></p>{{/scope}}
        {{#hasFields}}<table><thead><tr><th>Field</th><th>In</th><th>Type</th><th></th><th></th></tr></thead><tbody>
        {{#fields}}<tr><td><code>{{name}}</code></td><td>{{place}}</td><td>{{type}}</td><td>{{need}}</td><td>{{summary}}</td></tr>
        {{/fields}}</tbody></table>{{/hasFields}}
        <pre>{{example}}</pre>
        <p>{{#answers}}<code>{{status}}</code> {{summary}} {{/answers}}</p></section>
        {{/endpoints}}{{/groups}}
        </main></body></html>

        """
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
