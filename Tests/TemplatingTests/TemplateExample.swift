import JSON
import Templating
import Testing

/// A template, its data as JSON text, and what it must render as.
struct TemplateExample: Sendable, CustomTestStringConvertible {
    var template: String
    var data: String
    var expected: String

    init(_ template: String, _ expected: String, data: String = "{}") {
        self.template = template
        self.data = data
        self.expected = expected
    }

    var testDescription: String { template }
}

/// Renders with data written as JSON.
func rendered(
    _ template: String,
    data: String = "{}",
    dialect: TemplateDialect = .strictLiquid,
    escape: EscapeMode = .none,
    undefined: UndefinedPolicy = .empty,
    limits: RenderLimits = RenderLimits()
) throws -> String {
    let object = try #require(try JSONValue.parse(data).objectValue)
    return try Template.compile(template, dialect: dialect).renderText(object, escape: escape, undefined: undefined, limits: limits)
}

/// The error that compiling or rendering gives; nil when there is none.
func failure(
    _ template: String,
    data: String = "{}",
    dialect: TemplateDialect = .strictLiquid,
    undefined: UndefinedPolicy = .empty,
    limits: RenderLimits = RenderLimits(),
    compileLimits: CompileLimits = CompileLimits()
) throws -> TemplateError? {
    let object = try #require(try JSONValue.parse(data).objectValue)
    do throws(TemplateError) {
        _ = try Template.compile(template, dialect: dialect, limits: compileLimits)
            .render(object, escape: .none, undefined: undefined, limits: limits)
        return nil
    } catch {
        return error
    }
}
