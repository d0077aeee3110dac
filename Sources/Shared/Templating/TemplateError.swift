/// Why a template was refused or its rendering stopped, and where.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What class of fault it is, for callers that act on it.
    package enum Kind: String, Sendable, CaseIterable {
        /// The text is not a template of its dialect.
        case syntax
        case unknownTag
        case unknownFilter
        /// A filter got too few or too many arguments.
        case arguments
        /// A value did not fit at render time: division by zero, a number expected, values that cannot be compared.
        case value
        /// `UndefinedPolicy.error` met a variable that is not there.
        case undefinedVariable
        /// A placeholder stands inside a tag or an output.
        case placeholder
        case sourceTooLarge
        case tooManyNodes
        case nestingTooDeep
        case outputTooLarge
        case tooManyIterations
        case outOfTime
        case outOfMemory
    }

    /// 1-based line of the tag, output or name at fault.
    package var line: Int
    /// 1-based column, in characters.
    package var column: Int
    /// One sentence for the author of the template.
    package var reason: String
    package var kind: Kind

    package init(line: Int, column: Int, reason: String, kind: Kind) {
        self.line = line
        self.column = column
        self.reason = reason
        self.kind = kind
    }

    package var description: String { "line \(line), column \(column): \(reason)" }
}
