extension Renderer {
    mutating func apply(_ filter: Filter, to input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        try meter.step(input.weight)
        return switch filter {
        case .abs, .at_least, .at_most, .ceil, .divided_by, .floor, .minus, .modulo, .plus, .round, .times:
            try applyNumber(filter, to: input, arguments)
        case .compact, .concat, .find, .find_index, .has, .join, .map, .reject, .reverse, .sort, .sort_natural, .sum, .uniq, .where:
            try applyList(filter, to: input, arguments)
        case .append, .prepend, .remove, .remove_first, .remove_last, .replace, .replace_first, .replace_last, .slice, .split, .truncate,
            .truncatewords:
            try applyTextWithArguments(filter, to: input, arguments)
        case .base64_decode, .base64_encode, .base64_url_safe_decode, .base64_url_safe_encode, .url_decode, .url_encode:
            try applyCoding(filter, to: input)
        case .escape, .escape_once, .h, .linebreaksbr, .newline_to_br, .safe: try applyMarkup(filter, to: input)
        case .date: try formatDate(input, arguments[0])
        case .default: input
        case .first: input.first ?? .null
        case .last: input.last ?? .null
        case .size: input.size ?? .integer(0)
        default: try applyText(filter, to: input)
        }
    }

    /// Text made from `input`: markup stays markup, because what came into it was escaped when it did.
    mutating func made(_ text: String, from input: Value) throws(Fault) -> Value {
        try meter.charge(text.utf8.count)
        if case .markup = input { return .markup(text) }
        return .string(text)
    }

    /// The text of a value as it may stand within markup.
    func markupText(_ value: Value) -> String {
        if case .markup(let text) = value { return text }
        return HTMLEscaper.escape(value.text)
    }
}
