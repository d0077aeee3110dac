/// Reads expressions, filters and arguments from the tokens of one tag or output.
struct ExpressionParser {
    let source: TemplateSource
    let dialect: TemplateDialect
    private let tokens: [MarkupToken]
    private let nesting: Int
    private var index = 0
    /// Variables met, in order.
    private(set) var paths: [VariablePath] = []
    /// Pieces built, for the limit on nodes.
    private(set) var nodes = 0

    init(_ source: TemplateSource, _ range: Range<Int>, dialect: TemplateDialect, nesting: Int) throws(Fault) {
        self.source = source
        self.dialect = dialect
        self.nesting = nesting
        var lexer = MarkupLexer(source, range)
        tokens = try lexer.tokenize()
    }

    // MARK: - Tokens

    var current: MarkupToken { tokens[index] }
    var offset: Int { current.range.lowerBound }
    var isAtEnd: Bool { current.kind == .end }

    func looks(at kind: MarkupToken.Kind, ahead: Int = 0) -> Bool {
        index + ahead < tokens.count && tokens[index + ahead].kind == kind
    }

    mutating func take(_ kind: MarkupToken.Kind) -> MarkupToken? {
        guard current.kind == kind else { return nil }
        defer { if kind != .end { index += 1 } }
        return current
    }

    mutating func take(word: String) -> Bool {
        guard current.kind == .identifier, current.text == word else { return false }
        index += 1
        return true
    }

    mutating func need(_ kind: MarkupToken.Kind, _ what: String) throws(Fault) -> MarkupToken {
        if let token = take(kind) { return token }
        throw unexpected("\(what) was expected")
    }

    func needEnd() throws(Fault) {
        guard isAtEnd else { throw unexpected("nothing more was expected") }
    }

    func unexpected(_ expectation: String) -> Fault {
        let found = isAtEnd ? "the end" : "«\(current.text)»"
        return Fault(.syntax, "Found \(found) where \(expectation).", at: offset)
    }

    // MARK: - Values

    mutating func expression(depth: Int = 0) throws(Fault) -> Expression {
        guard depth < nesting else { throw Fault(.nestingTooDeep, "Brackets are nested deeper than \(nesting).", at: offset) }
        nodes += 1
        let token = current
        switch token.kind {
        case .string:
            index += 1
            return .literal(.string(token.text))
        case .number:
            index += 1
            return .literal(Value.number(token.text))
        case .openRound: return try range(depth: depth)
        case .openSquare: return try computedPath(depth: depth)
        case .identifier:
            index += 1
            let steps = try steps(depth: depth)
            if steps.isEmpty, let literal = ExpressionParser.literal(token.text) { return literal }
            return path(.name(token.text), steps, from: token.range.lowerBound)
        default: throw unexpected("a value was expected")
        }
    }

    private static func literal(_ word: String) -> Expression? {
        switch word {
        case "nil", "null": .literal(.null)
        case "true": .literal(.bool(true))
        case "false": .literal(.bool(false))
        case "empty": .empty
        case "blank": .blank
        default: nil
        }
    }

    private mutating func range(depth: Int) throws(Fault) -> Expression {
        index += 1
        let first = try expression(depth: depth + 1)
        _ = try need(.dots, "«..»")
        let last = try expression(depth: depth + 1)
        _ = try need(.closeRound, "«)»")
        return .range(ExpressionParser.rangeBound(first), ExpressionParser.rangeBound(last))
    }

    /// A literal float counts by its whole part; one from a variable is refused when it is evaluated.
    private static func rangeBound(_ bound: Expression) -> Expression {
        guard case .literal(.float(let value)) = bound, value.magnitude < 9e18 else { return bound }
        return .literal(.integer(Int(value)))
    }

    private mutating func computedPath(depth: Int) throws(Fault) -> Expression {
        let start = offset
        index += 1
        let root = try expression(depth: depth + 1)
        _ = try need(.closeSquare, "«]»")
        let steps = try steps(depth: depth)
        if case .literal(.string(let name)) = root { return path(.name(name), steps, from: start) }
        return path(.computed(root), steps, from: start)
    }

    private mutating func path(_ root: VariablePath.Root, _ steps: [VariablePath.Step], from start: Int) -> Expression {
        let path = VariablePath(root: root, steps: steps, range: start..<tokens[index - 1].range.upperBound)
        paths.append(path)
        return .path(path)
    }

    private mutating func steps(depth: Int) throws(Fault) -> [VariablePath.Step] {
        var steps: [VariablePath.Step] = []
        while true {
            if take(.openSquare) != nil {
                steps.append(.key(try expression(depth: depth + 1)))
                _ = try need(.closeSquare, "«]»")
            } else if take(.dot) != nil {
                if dialect == .standard, let number = take(.number), let position = Int(number.text), position >= 0 {
                    steps.append(.position(position))
                } else {
                    steps.append(.property(try need(.identifier, "the name of a property").text))
                }
            } else {
                return steps
            }
            nodes += 1
        }
    }

    /// The canonical text of tokens, without white space, as `forloop.name` shows it.
    func canonicalText(from start: Int) -> String {
        var text = ""
        for token in tokens[start..<index] {
            if token.kind == .string {
                let quote = source.bytes[token.range.lowerBound - 1] == UInt8(ascii: "'") ? "'" : "\""
                text += quote + token.text + quote
            } else {
                text += token.text
            }
        }
        return text
    }

    var tokenIndex: Int { index }

    mutating func countNode() { nodes += 1 }
}
