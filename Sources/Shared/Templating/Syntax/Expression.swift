/// A value as it is written: a literal, a path, a range.
indirect enum Expression: Sendable {
    case literal(Value)
    case path(VariablePath)
    case range(Expression, Expression)
    /// The words `empty` and `blank`: an empty string as a value, a question when compared.
    case empty
    case blank
}

extension Expression {
    /// One key for literals that are the same; nil for what is worked out at render time.
    var literalKey: String? {
        switch self {
        case .literal(let value): value.identityKey
        case .range(.literal(let first), .literal(let last)): "r\(first.identityKey)..\(last.identityKey)"
        case .empty: "empty"
        case .blank: "blank"
        default: nil
        }
    }
}

/// A variable with the steps into it.
struct VariablePath: Sendable {
    enum Root: Sendable {
        case name(String)
        /// `[expression]`: the name is worked out at render time.
        case computed(Expression)
    }

    enum Step: Sendable {
        /// `.name`, where `size`, `first` and `last` also ask the value itself.
        case property(String)
        /// `[expression]`
        case key(Expression)
        /// `.0`, of the standard dialect.
        case position(Int)
    }

    var root: Root
    var steps: [Step]
    var range: Range<Int>
}

/// An expression with its filters.
struct FilteredExpression: Sendable {
    var base: Expression
    var filters: [FilterCall]
}

struct FilterCall: Sendable {
    var filter: Filter
    var arguments: [Expression]
    /// `allow_false:` of `default`.
    var allowFalse: Expression?
    var offset: Int
}

/// Comparisons joined by `and` and `or`, evaluated from the left with everything to the right of a word as its right side.
struct Condition: Sendable {
    enum Comparator: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case different = "<>"
        case less = "<"
        case greater = ">"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case contains
    }

    struct Comparison: Sendable {
        var isNegated: Bool
        var left: Expression
        var right: (comparator: Comparator, operand: Expression)?
        /// What joins it to the next one.
        var isFollowedByOr = false
        var offset: Int
    }

    var comparisons: [Comparison]
}
