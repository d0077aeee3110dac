/// A stretch of a template: literal text, an output, or a tag.
enum TemplateToken: Sendable {
    struct Tag: Sendable {
        var name: String
        /// What stands behind the name.
        var markup: Range<Int>
        /// Where the tag begins.
        var offset: Int
        /// Whether it begins with `{%-`.
        var trimsBefore: Bool
        /// Whether it ends with `-%}`.
        var trimsAfter: Bool
    }

    case text(Range<Int>)
    case output(markup: Range<Int>, offset: Int, trimsBefore: Bool, trimsAfter: Bool)
    case tag(Tag)
}
