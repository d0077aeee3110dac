extension TemplateParser {
    mutating func parseLoop(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer, into body: inout Body) throws(Fault) {
        var loop = try parseLoopMarkup(tag)
        try enterBlock(tag)
        references.enterLoop([loop.variable, "forloop"])
        var stops: Set<String> = ["else", "endfor"]
        if dialect == .standard { stops.insert("empty") }
        var round = Body()
        var stop = try parseBody(&tokenizer, into: &round, until: stops, of: tag)
        references.leaveLoop()
        var isBlank = round.isBlank
        var otherwise = Body()
        if let start = stop, start.name != "endfor" {
            stop = try parseBody(&tokenizer, into: &otherwise, until: stops, of: tag)
            isBlank = isBlank && otherwise.isBlank
        }
        if let second = stop, second.name != "endfor" {
            throw Fault(.syntax, "The tag «for» has one «else» only.", at: second.offset)
        }
        leaveBlock()
        if isBlank {
            round.removeTexts()
            otherwise.removeTexts()
        }
        body.isBlank = body.isBlank && isBlank
        loop.body = round.nodes
        loop.otherwise = otherwise.nodes
        body.nodes.append(.loop(loop))
    }

    private mutating func parseLoopMarkup(_ tag: TemplateToken.Tag) throws(Fault) -> LoopNode {
        var parser = try markupParser(tag.markup)
        let variable = try parser.need(.identifier, "the loop's variable").text
        guard parser.take(word: "in") else { throw parser.unexpected("«in» was expected") }
        let start = parser.tokenIndex
        let collection = try parser.expression()
        var loop = LoopNode(
            variable: variable,
            collection: collection,
            name: variable + "-" + parser.canonicalText(from: start),
            offset: tag.offset
        )
        loop.isReversed = parser.take(word: "reversed")
        while parser.looks(at: .comma) || parser.looks(at: .identifier) {
            if parser.take(.comma) != nil, parser.isAtEnd { break }
            if dialect == .standard, parser.take(word: "reversed") {
                loop.isReversed = true
            } else if parser.take(word: "limit") {
                _ = try parser.need(.colon, "«:»")
                loop.limit = try parser.expression()
            } else if parser.take(word: "offset") {
                _ = try parser.need(.colon, "«:»")
                loop.start = parser.take(word: "continue") ? .continued : .expression(try parser.expression())
            } else {
                throw parser.unexpected("«limit» or «offset» was expected")
            }
        }
        try parser.needEnd()
        try finish(parser)
        return loop
    }

    mutating func parseTable(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer, into body: inout Body) throws(Fault) {
        var parser = try markupParser(tag.markup)
        let variable = try parser.need(.identifier, "the loop's variable").text
        guard parser.take(word: "in") else { throw parser.unexpected("«in» was expected") }
        var table = TableNode(variable: variable, collection: try parser.expression(), offset: tag.offset)
        _ = parser.take(.comma)
        while let option = parser.take(.identifier) {
            _ = try parser.need(.colon, "«:»")
            let value = try parser.expression()
            switch option.text {
            case "cols": table.columns = value
            case "limit": table.limit = value
            case "offset": table.start = value
            case "range": break
            default: throw Fault(.syntax, "The tag «tablerow» knows cols, limit, offset and range.", at: option.range.lowerBound)
            }
            _ = parser.take(.comma)
        }
        try parser.needEnd()
        try finish(parser)
        try enterBlock(tag)
        references.enterLoop([variable, "tablerowloop"])
        var cell = Body()
        _ = try parseBody(&tokenizer, into: &cell, until: ["endtablerow"], of: tag)
        references.leaveLoop()
        leaveBlock()
        body.isBlank = body.isBlank && cell.isBlank
        table.body = cell.nodes
        body.nodes.append(.table(table))
    }
}
