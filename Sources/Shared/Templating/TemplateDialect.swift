/// Which language a template is written in.
package enum TemplateDialect: String, Sendable {
    /// Liquid, and the Django spellings that stored templates may use: `safe`, `striptags`, `linebreaksbr`, `not`, `elif`, `empty`,
    /// `forloop.counter`, `items.0.name`.
    case standard
    /// Liquid alone.
    case strictLiquid
}

/// What happens to the output of `{{ }}` and `echo`.
package enum EscapeMode: String, Sendable {
    /// `& < > " '` become entities unless the value is markup already: captured, `safe`, or from a filter that gives HTML.
    case html
    /// Values leave as they are: for subjects and plain text.
    case none
}

/// What a variable that is not there does.
package enum UndefinedPolicy: String, Sendable {
    /// It renders as nothing.
    case empty
    /// It stops the rendering with `TemplateError.Kind.undefinedVariable`.
    case error
}
