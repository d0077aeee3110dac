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
        let values: [String: Any] = [
            "url": publicURL, "introduction": OpenAPIDocument.introduction, "groups": groups, "errors": Self.errorRows,
        ]
        return template.render(values)
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
        let fields = DocumentationRow.all(of: endpoint.query, place: "query") + DocumentationRow.all(of: bodyFields, place: "body")
        if !fields.isEmpty { entry["hasFields"] = ["fields": fields.map(\.values)] }
        entry["objects"] = endpoint.answers.compactMap(Self.answered)
        return entry
    }

    /// The members of an answer's JSON; errors have one shape, which is told once.
    private static func answered(_ answer: EndpointAnswer) -> [String: Any]? {
        guard case .object(let shape)? = answer.content["application/json"], shape.name != APIErrorShape.name, !shape.fields.isEmpty else {
            return nil
        }
        return ["status": "\(answer.status.code)", "fields": DocumentationRow.all(of: shape.fields, place: "").map(\.values)]
    }

    private static var errorRows: [[String: Any]] {
        guard case .object(let shape) = APIErrorShape.shape else { return [] }
        return DocumentationRow.all(of: shape.fields, place: "").map(\.values)
    }

    private static func anchor(_ name: String) -> String { name.lowercased().replacing(" ", with: "-") }

    private static let template = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Datamailer API</title>
        <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
        pre{background:#f3f3f3;padding:.7rem;overflow-x:auto}code,pre{font-size:.9rem}table{border-collapse:collapse;width:100%}
        th,td{text-align:left;border-bottom:1px solid #ccc;padding:.2rem .6rem;vertical-align:top}h3{margin-top:2.5rem}
        nav a{margin-right:1rem}summary{cursor:pointer}</style></head><body><main>
        <h1>Datamailer API</h1><p>{{introduction}}</p>
        <p>The examples need these variables of your shell, and run as they stand (the last one only the operator of the installation has):</p>
        <pre>URL={{url}}
        KEY=dm_…
        OPERATOR_KEY=dm_…</pre>
        <details><summary>Every error</summary><table><tbody>
        {{#errors}}<tr><td><code>{{name}}</code></td><td>{{type}}</td><td>{{summary}}</td></tr>
        {{/errors}}</tbody></table></details>
        <p>The same as <a href="/api-docs/openapi.json">OpenAPI 3.1</a>.</p>
        <nav>{{#groups}}<a href="#{{anchor}}">{{name}}</a>{{/groups}}</nav>
        {{#groups}}<h2 id="{{anchor}}">{{name}}</h2>
        {{#endpoints}}<section><h3 id="{{id}}"><code>{{method}} {{path}}</code></h3><p>{{summary}} {{details}}</p>
        {{#scope}}<p>Scope: <code>{{.}}</code></p>{{/scope}}
        {{#hasFields}}<table><thead><tr><th>Field</th><th>In</th><th>Type</th><th></th><th></th></tr></thead><tbody>
        {{#fields}}<tr><td><code>{{name}}</code></td><td>{{place}}</td><td>{{type}}</td><td>{{need}}</td><td>{{summary}}</td></tr>
        {{/fields}}</tbody></table>{{/hasFields}}
        <pre>{{example}}</pre>
        <p>{{#answers}}<code>{{status}}</code> {{summary}} {{/answers}}</p>
        {{#objects}}<details><summary>Fields of the answer <code>{{status}}</code></summary><table><tbody>
        {{#fields}}<tr><td><code>{{name}}</code></td><td>{{type}}</td><td>{{summary}}</td></tr>
        {{/fields}}</tbody></table></details>{{/objects}}</section>
        {{/endpoints}}{{/groups}}
        </main></body></html>

        """
}
