extension TemplateParser {
    mutating func parseBranches(
        _ tag: TemplateToken.Tag,
        _ tokenizer: inout TemplateTokenizer,
        into body: inout Body
    ) throws(Fault) {
        try enterBlock(tag)
        let close = "end" + tag.name
        var stops: Set<String> = ["elsif", "else", close]
        if dialect == .standard { stops.insert("elif") }
        var arms: [(branch: Branch, body: Body)] = []
        var opening = tag
        while true {
            var branch = Branch(condition: nil, isNegated: false, body: [], offset: opening.offset)
            if opening.name != "else" {
                branch.condition = try parseCondition(opening)
                branch.isNegated = opening.name == "unless"
            }
            var armBody = Body()
            guard let stop = try parseBody(&tokenizer, into: &armBody, until: stops, of: tag) else { break }
            arms.append((branch, armBody))
            if stop.name == close { break }
            opening = stop
        }
        leaveBlock()
        let isBlank = arms.allSatisfy { $0.body.isBlank }
        body.isBlank = body.isBlank && isBlank
        body.nodes.append(
            .branches(
                arms.map { arm in
                    var arm = arm
                    if isBlank { arm.body.removeTexts() }
                    arm.branch.body = arm.body.nodes
                    return arm.branch
                }
            )
        )
    }

    private mutating func parseCondition(_ tag: TemplateToken.Tag) throws(Fault) -> Condition {
        var parser = try markupParser(tag.markup)
        guard !parser.isAtEnd else { throw Fault(.syntax, "The tag «\(tag.name)» needs a condition.", at: tag.offset) }
        let condition = try parser.condition()
        try finish(parser)
        return condition
    }

    mutating func parseCase(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer, into body: inout Body) throws(Fault) {
        var parser = try markupParser(tag.markup)
        guard !parser.isAtEnd else { throw Fault(.syntax, "The tag «case» needs a value.", at: tag.offset) }
        let subject = try parser.expression()
        try parser.needEnd()
        try finish(parser)
        try enterBlock(tag)
        // What stands between `case` and its first arm is never rendered.
        var dropped = Body()
        var opening = try parseBody(&tokenizer, into: &dropped, until: ["when", "else", "endcase"], of: tag)
        var arms: [(arm: CaseNode.Arm, body: Body)] = []
        while let start = opening, start.name != "endcase" {
            let values = start.name == "when" ? try parseWhen(start) : nil
            if values == nil { try needNothing(start) }
            var armBody = Body()
            opening = try parseBody(&tokenizer, into: &armBody, until: ["when", "else", "endcase"], of: tag)
            arms.append((CaseNode.Arm(values: values, body: [], offset: start.offset), armBody))
        }
        leaveBlock()
        let isBlank = dropped.isBlank && arms.allSatisfy { $0.body.isBlank }
        body.isBlank = body.isBlank && isBlank
        let finished = arms.map { arm in
            var arm = arm
            if isBlank { arm.body.removeTexts() }
            arm.arm.body = arm.body.nodes
            return arm.arm
        }
        body.nodes.append(.cases(CaseNode(subject: subject, arms: finished, offset: tag.offset)))
    }

    private mutating func parseWhen(_ tag: TemplateToken.Tag) throws(Fault) -> [Expression] {
        var parser = try markupParser(tag.markup)
        var values = [try parser.expression()]
        while true {
            let isOr = parser.take(word: "or")
            guard isOr || parser.take(.comma) != nil else { break }
            values.append(try parser.expression())
        }
        try parser.needEnd()
        try finish(parser)
        return values
    }
}
