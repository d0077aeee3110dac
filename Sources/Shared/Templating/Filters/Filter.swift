/// The filters by the names that templates call them.
enum Filter: String, CaseIterable, Sendable {
    case abs, append, at_least, at_most, base64_decode, base64_encode, base64_url_safe_decode, base64_url_safe_encode, capitalize, ceil
    case compact, concat, date, `default`, divided_by, downcase, escape, escape_once, find, find_index, first, floor, h, has, join, last
    case lstrip, map, minus, modulo, newline_to_br, plus, prepend, reject, remove, remove_first, remove_last, replace, replace_first
    case replace_last, reverse, round, rstrip, size, slice, sort, sort_natural, split, squish, strip, strip_html, strip_newlines, sum
    case times, truncate, truncatewords, uniq, upcase, url_decode, url_encode, `where`
    // Of the standard dialect.
    case linebreaksbr, safe, striptags

    /// Whether only the standard dialect has it.
    var isDjango: Bool {
        switch self {
        case .linebreaksbr, .safe, .striptags: true
        default: false
        }
    }

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .append, .at_least, .at_most, .concat, .date, .divided_by, .map, .minus, .modulo, .plus, .prepend, .remove, .remove_first,
            .remove_last, .split, .times:
            1...1
        case .find, .find_index, .has, .reject, .replace, .replace_first, .slice, .where: 1...2
        case .replace_last: 2...2
        case .compact, .join, .round, .sort, .sort_natural, .sum, .uniq: 0...1
        case .default, .truncate, .truncatewords: 0...2
        default: 0...0
        }
    }
}
