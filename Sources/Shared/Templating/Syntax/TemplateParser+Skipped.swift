extension TemplateParser {
    /// Skips to the `endcomment` of a comment; comments and `raw` within it are paired too.
    mutating func skipComment(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer) throws(Fault) {
        var depth = 1
        while let inner = try tokenizer.nextTagInComment() {
            switch inner.name {
            case "comment": depth += 1
            case "endcomment": depth -= 1
            case "raw":
                guard tokenizer.skip(toTag: "endraw") != nil else {
                    throw Fault(.syntax, "The tag «raw» is never closed.", at: inner.offset)
                }
            default: break
            }
            if depth == 0 {
                trimNext(inner.trimsAfter)
                return
            }
        }
        throw Fault(.syntax, "The tag «comment» is never closed.", at: tag.offset)
    }

    mutating func skipDoc(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer) throws(Fault) {
        try needNothing(tag)
        guard let (body, trims) = tokenizer.skip(toTag: "enddoc") else {
            throw Fault(.syntax, "The tag «doc» is never closed.", at: tag.offset)
        }
        if let nested = tokenizer.findTag("doc", in: body) {
            throw Fault(.syntax, "The tag «doc» cannot stand within itself.", at: nested)
        }
        trimNext(trims)
    }

    mutating func parseRaw(_ tag: TemplateToken.Tag, _ tokenizer: inout TemplateTokenizer, into body: inout Body) throws(Fault) {
        try needNothing(tag)
        guard let (raw, trims) = tokenizer.skip(toTag: "endraw") else {
            throw Fault(.syntax, "The tag «raw» is never closed.", at: tag.offset)
        }
        try append(text: raw, trimming: false, to: &body)
        if !raw.isEmpty { body.isBlank = false }
        trimNext(trims)
    }

    func needNothing(_ tag: TemplateToken.Tag) throws(Fault) {
        guard source.bytes[tag.markup].allSatisfy(\.isSpace) else {
            throw Fault(.syntax, "The tag «\(tag.name)» takes nothing behind its name.", at: tag.offset)
        }
    }

    /// Each line of `{% # … %}` begins with `#`.
    func checkInlineComment(_ tag: TemplateToken.Tag) throws(Fault) {
        let lines = source.bytes[tag.markup].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.dropFirst() {
            if let index = line.firstIndex(where: { !$0.isSpace }), line[index] != UInt8(ascii: "#") {
                throw Fault(.syntax, "Each line of this comment must begin with «#».", at: index)
            }
        }
    }
}
