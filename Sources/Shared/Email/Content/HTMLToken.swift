/// A piece of HTML text, by its byte range in the source.
enum HTMLToken {
    case text(Range<Int>)
    /// The content of an element such as `style` in which nothing is markup.
    case rawText(Range<Int>)
    case startTag(HTMLTag)
    case endTag(HTMLTag)
    /// A comment (conditional comments with their content included), doctype, processing instruction or CDATA section.
    case other(Range<Int>)
    /// A comment, tag or raw text that never ends: the rest of the source.
    case unfinished(Range<Int>)

    var range: Range<Int> {
        switch self {
        case .text(let range), .rawText(let range), .other(let range), .unfinished(let range): range
        case .startTag(let tag), .endTag(let tag): tag.range
        }
    }
}

/// A tag with its attributes as they stand.
struct HTMLTag {
    /// Lower-cased; empty when part of the name comes from the template.
    var name: String
    var range: Range<Int>
    var attributes: [HTMLAttribute] = []
    /// A template construct stands between the attributes, so that some of them may be alternatives.
    var hasTemplateBetweenAttributes = false

    /// The first attribute of this name; HTML ignores later ones.
    func attribute(_ name: String) -> HTMLAttribute? { attributes.first { $0.name == name } }
}

/// One attribute of a tag.
struct HTMLAttribute {
    enum Quote: UInt8, Sendable {
        case none = 0
        case single = 0x27
        case double = 0x22
    }

    /// Lower-cased; empty when part of the name comes from the template.
    var name: String
    /// The value between its quotes; nil for an attribute without `=`.
    var value: Range<Int>?
    var quote: Quote = .none
    var valueHasTemplate = false

    /// The value with its quotes.
    var replaceable: Range<Int>? {
        value.map { quote == .none ? $0 : ($0.lowerBound - 1)..<($0.upperBound + 1) }
    }
}
