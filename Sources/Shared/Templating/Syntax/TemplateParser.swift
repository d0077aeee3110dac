/// Builds the nodes of a template from its tokens.
struct TemplateParser {
    let source: TemplateSource
    let dialect: TemplateDialect
    let limits: CompileLimits
    var references = VariableReferences()
    private var nodes = 0
    private var depth = 0
    /// Whether the token before asked to remove the white space that follows it.
    private var trimsNext = false
    /// Whether the token before was text, whose white space the next tag may remove.
    private var followsText = false
    private(set) var anonymousCycles = 0

    init(_ source: TemplateSource, dialect: TemplateDialect, limits: CompileLimits) {
        self.source = source
        self.dialect = dialect
        self.limits = limits
    }

    /// The nodes of a block's body; whether they can be seen decides about the white space between them.
    struct Body {
        var nodes: [Node] = []
        var isBlank = true

        mutating func removeTexts() {
            nodes.removeAll { if case .text = $0 { true } else { false } }
        }
    }

    mutating func parse() throws(Fault) -> [Node] {
        var tokenizer = TemplateTokenizer(source)
        var body = Body()
        if let end = try parseBody(&tokenizer, into: &body, until: [], of: nil) {
            throw Fault(.syntax, "The tag «\(end.name)» has no beginning.", at: end.offset)
        }
        return body.nodes
    }

    /// Reads tokens into a body up to one of the named tags, which it gives back; nil at the end of a text that may end.
    mutating func parseBody(
        _ tokenizer: inout TemplateTokenizer,
        into body: inout Body,
        until stops: Set<String>,
        of block: TemplateToken.Tag?
    ) throws(Fault) -> TemplateToken.Tag? {
        followsText = false
        while let token = try tokenizer.next() {
            switch token {
            case .text(let range):
                try append(text: range, to: &body)
                followsText = true
                continue
            case .output(let markup, let offset, let trimsBefore, let trimsAfter):
                trim(before: trimsBefore, after: trimsAfter, &body)
                try append(output: markup, offset: offset, to: &body)
            case .tag(let tag):
                trim(before: tag.trimsBefore, after: tag.trimsAfter, &body)
                if stops.contains(tag.name) { return tag }
                try parseTag(tag, &tokenizer, into: &body)
            }
            followsText = false
        }
        if let block { throw Fault(.syntax, "The tag «\(block.name)» is never closed.", at: block.offset) }
        return nil
    }

    /// Counts what was built against the limit.
    mutating func count(_ amount: Int, at offset: Int) throws(Fault) {
        nodes += amount
        guard nodes <= limits.nodes else { throw Fault(.tooManyNodes, "The template has more than \(limits.nodes) parts.", at: offset) }
    }

    mutating func enterBlock(_ tag: TemplateToken.Tag) throws(Fault) {
        depth += 1
        guard depth <= limits.nesting else {
            throw Fault(.nestingTooDeep, "Blocks are nested deeper than \(limits.nesting).", at: tag.offset)
        }
    }

    mutating func leaveBlock() { depth -= 1 }

    mutating func nextAnonymousCycle() -> Int {
        anonymousCycles += 1
        return anonymousCycles
    }

    // MARK: - Text and white space

    private mutating func trim(before: Bool, after: Bool, _ body: inout Body) {
        if before, followsText, case .text(let range) = body.nodes.last {
            var end = range.upperBound
            while end > range.lowerBound, source.bytes[end - 1].isStrippable { end -= 1 }
            body.nodes[body.nodes.count - 1] = .text(range.lowerBound..<end)
        }
        trimsNext = after
    }

    /// Asks to remove the white space behind a tag that was consumed elsewhere.
    mutating func trimNext(_ trims: Bool) { trimsNext = trims }

    mutating func append(text range: Range<Int>, trimming: Bool = true, to body: inout Body) throws(Fault) {
        var start = range.lowerBound
        var slot = source.firstSlot(from: start)
        let stop = slot < source.slots.count ? min(source.slots[slot].offset, range.upperBound) : range.upperBound
        if trimming, trimsNext { while start < stop, source.bytes[start].isStrippable { start += 1 } }
        if trimming { trimsNext = false }
        while slot < source.slots.count, source.slots[slot].offset <= range.upperBound {
            try append(piece: start..<source.slots[slot].offset, to: &body)
            start = source.slots[slot].offset
            body.nodes.append(.placeholder(source.slots[slot].number))
            body.isBlank = false
            slot += 1
        }
        try append(piece: start..<range.upperBound, to: &body)
    }

    private mutating func append(piece: Range<Int>, to body: inout Body) throws(Fault) {
        guard !piece.isEmpty else { return }
        try count(1, at: piece.lowerBound)
        body.nodes.append(.text(piece))
        body.isBlank = body.isBlank && source.bytes[piece].allSatisfy(\.isSpace)
    }

    private mutating func append(output markup: Range<Int>, offset: Int, to body: inout Body) throws(Fault) {
        body.isBlank = false
        try count(1, at: offset)
        guard let expression = try parseFiltered(markup) else { return }
        body.nodes.append(.output(expression, offset: offset))
    }

    // MARK: - Markup

    /// nil when the markup is empty.
    mutating func parseFiltered(_ markup: Range<Int>) throws(Fault) -> FilteredExpression? {
        var parser = try markupParser(markup)
        guard !parser.isAtEnd else { return nil }
        let expression = try parser.filtered()
        try finish(parser)
        return expression
    }

    func markupParser(_ markup: Range<Int>) throws(Fault) -> ExpressionParser {
        try ExpressionParser(source, markup, dialect: dialect, nesting: limits.nesting)
    }

    /// Notes the variables that a parser met and what it built.
    mutating func finish(_ parser: ExpressionParser) throws(Fault) {
        for path in parser.paths { references.read(path) }
        try count(parser.nodes, at: parser.offset)
    }
}
