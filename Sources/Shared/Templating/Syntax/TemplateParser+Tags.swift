extension TemplateParser {
    mutating func parseTag(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer, into body: inout Body) throws(Fault) {
        try count(1, at: tag.offset)
        switch tag.name {
        case "if", "unless": try parseBranches(tag, &tokenizer, into: &body)
        case "case": try parseCase(tag, &tokenizer, into: &body)
        case "for": try parseLoop(tag, &tokenizer, into: &body)
        case "tablerow": try parseTable(tag, &tokenizer, into: &body)
        case "assign": try parseAssign(tag, into: &body)
        case "capture": try parseCapture(tag, &tokenizer, into: &body)
        case "ifchanged": try parseIfChanged(tag, &tokenizer, into: &body)
        case "comment": try skipComment(tag, &tokenizer)
        case "doc": try skipDoc(tag, &tokenizer)
        case "raw": try parseRaw(tag, &tokenizer, into: &body)
        case "#": try checkInlineComment(tag)
        case "liquid": try parseLines(tag, into: &body)
        case "cycle", "echo", "increment", "decrement", "break", "continue": try parseVisible(tag, into: &body)
        default: throw unknown(tag)
        }
    }

    private func unknown(_ tag: TemplateToken.Tag) -> Fault {
        switch tag.name {
        case "": return Fault(.syntax, "The tag has no name.", at: tag.offset)
        case "else", "elsif", "when", "endif", "endunless", "endcase", "endfor", "endtablerow", "endcapture", "endcomment", "endraw",
            "endifchanged", "enddoc":
            return Fault(.syntax, "The tag «\(tag.name)» does not belong here.", at: tag.offset)
        case "include", "render", "layout", "extends":
            return Fault(.unknownTag, "The tag «\(tag.name)» is not available: a template stands by itself.", at: tag.offset)
        default: return Fault(.unknownTag, "There is no tag «\(tag.name)».", at: tag.offset)
        }
    }

    /// Tags without a body that count as something to see.
    private mutating func parseVisible(_ tag: TemplateToken.Tag, into body: inout Body) throws(Fault) {
        body.isBlank = false
        switch tag.name {
        case "cycle": body.nodes.append(.cycle(try parseCycle(tag)))
        case "echo": if let value = try parseFiltered(tag.markup) { body.nodes.append(.output(value, offset: tag.offset)) }
        case "break": body.nodes.append(.interrupt(.stopLoop))
        case "continue": body.nodes.append(.interrupt(.nextRound))
        default:
            let name = strippedText(tag.markup)
            guard !name.isEmpty else { throw Fault(.syntax, "The tag «\(tag.name)» needs the name of a counter.", at: tag.offset) }
            references.assign(name)
            body.nodes.append(.count(name, by: tag.name == "increment" ? 1 : -1))
        }
    }

    func strippedText(_ range: Range<Int>) -> String {
        let bytes = source.bytes[range].drop(while: \.isSpace)
        let end = bytes.lastIndex { !$0.isSpace }.map { $0 + 1 } ?? bytes.startIndex
        return source.text(bytes.startIndex..<end)
    }

    /// What a variable that a template makes may be called.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isWord || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    private mutating func parseAssign(_ tag: TemplateToken.Tag, into body: inout Body) throws(Fault) {
        let bytes = source.bytes[tag.markup]
        let start = bytes.firstIndex { !$0.isSpace } ?? bytes.endIndex
        let end = bytes[start...].firstIndex { !Self.isNameByte($0) } ?? bytes.endIndex
        let sign = bytes[end...].firstIndex { !$0.isSpace } ?? bytes.endIndex
        guard start < end, sign < bytes.endIndex, bytes[sign] == UInt8(ascii: "=") else { throw malformedAssign(tag) }
        var value = try parseFiltered((sign + 1)..<bytes.endIndex)
        // Liquid takes a missing value for nil; in a stored template it is a slip.
        if dialect == .strictLiquid, value == nil { value = FilteredExpression(base: .literal(.null), filters: []) }
        guard let value else { throw malformedAssign(tag) }
        let name = source.text(start..<end)
        references.assign(name)
        body.nodes.append(.assign(name, value, offset: tag.offset))
    }

    private func malformedAssign(_ tag: TemplateToken.Tag) -> Fault {
        Fault(.syntax, "The tag «assign» is written «assign name = value».", at: tag.offset)
    }

    private mutating func parseCapture(
        _ tag: TemplateToken.Tag,
        _ tokenizer: inout TemplateTokenizer,
        into body: inout Body
    ) throws(Fault) {
        let bytes = source.bytes[tag.markup]
        let start = bytes.firstIndex(where: Self.isNameByte) ?? bytes.endIndex
        let end = bytes[start...].firstIndex { !Self.isNameByte($0) } ?? bytes.endIndex
        guard start < end else { throw Fault(.syntax, "The tag «capture» needs the name of a variable.", at: tag.offset) }
        try enterBlock(tag)
        var captured = Body()
        _ = try parseBody(&tokenizer, into: &captured, until: ["endcapture"], of: tag)
        leaveBlock()
        let name = source.text(start..<end)
        references.assign(name)
        body.nodes.append(.capture(name, captured.nodes))
    }

    private mutating func parseIfChanged(
        _ tag: TemplateToken.Tag,
        _ tokenizer: inout TemplateTokenizer,
        into body: inout Body
    ) throws(Fault) {
        try enterBlock(tag)
        var watched = Body()
        _ = try parseBody(&tokenizer, into: &watched, until: ["endifchanged"], of: tag)
        leaveBlock()
        body.isBlank = body.isBlank && watched.isBlank
        body.nodes.append(.ifChanged(watched.nodes))
    }

    private mutating func parseCycle(_ tag: TemplateToken.Tag) throws(Fault) -> CycleNode {
        var parser = try markupParser(tag.markup)
        var items = [try parser.expression()]
        var group: CycleNode.Group?
        if parser.take(.colon) != nil {
            group = .named(items[0])
            items = [try parser.expression()]
        }
        while parser.take(.comma) != nil, !parser.isAtEnd { items.append(try parser.expression()) }
        try parser.needEnd()
        // Groups without a name share their turn when their items are the same literals.
        let literals = items.compactMap(\.literalKey)
        let key = literals.count == items.count ? literals.joined(separator: "\u{0}") : "#\(nextAnonymousCycle())"
        try finish(parser)
        return CycleNode(group: group ?? .anonymous(key), items: items, offset: tag.offset)
    }

    private mutating func parseLines(_ tag: TemplateToken.Tag, into body: inout Body) throws(Fault) {
        try enterBlock(tag)
        var lines = TemplateTokenizer(source, lines: tag.markup)
        let trims = tag.trimsAfter
        if let end = try parseBody(&lines, into: &body, until: [], of: nil) {
            throw Fault(.syntax, "The tag «\(end.name)» has no beginning.", at: end.offset)
        }
        trimNext(trims)
        leaveBlock()
    }
}
