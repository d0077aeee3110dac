import JSON

/// Where a rendering finds the roots of its variables.
package protocol TemplateContext {
    /// The value of a root variable, nil when there is none (JSON null is a defined value).
    func templateValue(root: String) -> JSONValue?
}

extension JSONObject: TemplateContext {
    package func templateValue(root: String) -> JSONValue? { self[root] }
}
