import Contracts
import Templating

/// Why a campaign's content cannot be compiled or rendered: which field, and where in it.
struct ContentFault: Error, Sendable, Equatable {
    /// The API's name of the field.
    var field: String
    /// The API's reason: `invalid_template`, `render_failed`, `invalid`.
    var code: String
    /// For people, with line and column where there are any.
    var reason: String

    init(field: String, code: String, reason: String) {
        self.field = field
        self.code = code
        self.reason = reason
    }

    init(field: String, template error: TemplateError, code: String = "invalid_template") {
        self.init(field: field, code: code, reason: "line \(error.line), column \(error.column): \(error.reason)")
    }

    var validationFailure: ValidationFailure { ValidationFailure([field: code], details: [field: reason]) }
}
