extension Renderer {
    /// Filters that take nothing but the text.
    mutating func applyText(_ filter: Filter, to input: Value) throws(Fault) -> Value {
        if filter == .squish, input.isNull { return .null }
        let text = input.text
        let result: String =
            switch filter {
            case .upcase: text.uppercased()
            case .downcase: text.lowercased()
            case .capitalize: Self.capitalized(text)
            case .strip: TextTrimming.trim(text, start: true, end: true)
            case .lstrip: TextTrimming.trim(text, start: true, end: false)
            case .rstrip: TextTrimming.trim(text, start: false, end: true)
            case .squish: TextTrimming.words(TextTrimming.trim(text, start: true, end: true)).joined(separator: " ")
            case .strip_newlines: TextTrimming.replaceNewlines(text, with: "")
            case .strip_html, .striptags: HTMLStripper.strip(text)
            default: text
            }
        return try made(result, from: input)
    }

    private static func capitalized(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
    }

    mutating func applyMarkup(_ filter: Filter, to input: Value) throws(Fault) -> Value {
        if input.isNull, filter == .escape || filter == .h || filter == .safe { return .null }
        let isHTML = escape == .html
        let text: String =
            switch filter {
            case .escape, .h: HTMLEscaper.escape(input.text)
            case .escape_once: HTMLEscaper.escapeOnce(input.text)
            case .newline_to_br: TextTrimming.replaceNewlines(isHTML ? markupText(input) : input.text, with: "<br />\n")
            case .linebreaksbr: TextTrimming.replaceNewlines(isHTML ? markupText(input) : input.text, with: "<br>")
            default: input.text
            }
        try meter.charge(text.utf8.count)
        return isHTML ? .markup(text) : .string(text)
    }

    mutating func applyTextWithArguments(_ filter: Filter, to input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        switch filter {
        case .append: return try joined([input, arguments[0]], glue: .string(""))
        case .prepend: return try joined([arguments[0], input], glue: .string(""))
        case .slice: return try slice(input, arguments)
        case .split: return try split(input, arguments[0])
        case .truncate: return try truncate(input, arguments)
        case .truncatewords: return try truncateWords(input, arguments)
        default: return try replace(filter, in: input, arguments)
        }
    }

    /// Texts one after the other; as soon as one is markup the others are escaped and all of it is.
    mutating func joined(_ values: [Value], glue: Value) throws(Fault) -> Value {
        var isMarkup = values.count > 1 && glue.isMarkup
        for value in values where value.isMarkup { isMarkup = true }
        let separator = isMarkup ? markupText(glue) : glue.text
        var result = ""
        for (index, value) in values.enumerated() {
            if index > 0 { result += separator }
            let text = isMarkup ? markupText(value) : value.text
            try meter.charge(text.utf8.count + separator.utf8.count)
            result += text
        }
        return isMarkup ? .markup(result) : .string(result)
    }

    /// As soon as the text or its replacement is markup the other one is escaped; the text is searched as it is.
    private mutating func replace(_ filter: Filter, in input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        let text = Array(input.text.utf8)
        let pattern = Array(arguments[0].text.utf8)
        try meter.charge(text.count + pattern.count)
        let isRemoval = filter == .remove || filter == .remove_first || filter == .remove_last
        let isMarkup = input.isMarkup || (!isRemoval && arguments[1].isMarkup)
        let replacement = isRemoval ? "" : isMarkup ? markupText(arguments[1]) : arguments[1].text
        let matches: [Int]
        switch filter {
        case .replace where pattern.isEmpty, .remove where pattern.isEmpty: matches = TextTrimming.boundaries(of: text)
        case .replace, .remove: matches = TextSearch.all(of: pattern, in: text)
        case .replace_first, .remove_first: matches = TextSearch.first(of: pattern, in: text, from: 0).map { [$0] } ?? []
        default: matches = TextSearch.last(of: pattern, in: text).map { [$0] } ?? []
        }
        try meter.charge(matches.count * (8 + replacement.utf8.count))
        var result: [UInt8] = []
        var start = 0
        for match in matches {
            append(text[start..<match], escaping: isMarkup && !input.isMarkup, to: &result)
            result.append(contentsOf: replacement.utf8)
            start = match + pattern.count
        }
        append(text[start...], escaping: isMarkup && !input.isMarkup, to: &result)
        if isMarkup { try meter.charge(result.count) }
        let string = String(decoding: result, as: UTF8.self)
        return isMarkup ? .markup(string) : .string(string)
    }

    private func append(_ piece: ArraySlice<UInt8>, escaping: Bool, to result: inout [UInt8]) {
        if escaping {
            HTMLEscaper.append(String(decoding: piece, as: UTF8.self), to: &result)
        } else {
            result.append(contentsOf: piece)
        }
    }

    private mutating func slice(_ input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        let start = try arguments[0].strictInteger()
        let length = arguments[1].isTruthy ? try arguments[1].strictInteger() : 1
        if case .list(let list) = input {
            let range = Self.window(start, length, of: list.count)
            try meter.charge(range.count * 16)
            return .list(range.map { list[$0] })
        }
        let scalars = Array(input.text.unicodeScalars)
        let range = Self.window(start, length, of: scalars.count)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return try made(String(text), from: input)
    }

    /// The positions that a start (from the end when negative) and a length pick.
    private static func window(_ start: Int, _ length: Int, of count: Int) -> Range<Int> {
        let first = start < 0 ? count &+ start : start
        guard first >= 0, first <= count, length > 0 else { return 0..<0 }
        return first..<(first + min(length, count - first))
    }

    private mutating func split(_ input: Value, _ separator: Value) throws(Fault) -> Value {
        let parts = TextTrimming.split(input.text, by: separator.text)
        try meter.charge(input.text.utf8.count + parts.count * 32)
        if input.isMarkup { return .list(parts.map(Value.markup)) }
        return .list(parts.map(Value.string))
    }

    private mutating func truncate(_ input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        guard !input.isNull else { return .null }
        let length = arguments.count > 0 ? try arguments[0].strictInteger() : 50
        let ending = arguments.count > 1 ? arguments[1] : .string("...")
        let scalars = input.text.unicodeScalars
        guard scalars.count > length else { return try made(input.text, from: input) }
        let kept = max(0, max(0, length) - ending.text.unicodeScalars.count)
        let start = try made(String(String.UnicodeScalarView(scalars.prefix(kept))), from: input)
        return try joined([start, ending], glue: .string(""))
    }

    private mutating func truncateWords(_ input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        guard !input.isNull else { return .null }
        let count = max(1, arguments.count > 0 ? try arguments[0].strictInteger() : 15)
        let ending = arguments.count > 1 ? arguments[1] : .string("...")
        let text = input.text
        let words = TextTrimming.words(text)
        // White space behind the last word that may stay counts as a word cut off.
        let isCut = words.count > count || (words.count == count && text.utf8.last?.isSpace == true)
        guard isCut else { return try made(text, from: input) }
        let start = try made(words.prefix(count).joined(separator: " "), from: input)
        return try joined([start, ending], glue: .string(""))
    }
}

extension Value {
    var isMarkup: Bool { if case .markup = self { true } else { false } }
}
