/// A piece of a template whose literal text holds slots that the host fills at render time, such as rewritten links.
package enum TemplateSegment: Hashable, Sendable {
    /// Template source.
    case text(String)
    /// A slot, filled by the `placeholder` closure of `render` with text that is written as it is. It may stand in any literal text,
    /// also within blocks and `raw`, never inside a tag or an output. `replacing` is the text it stands for in the author's source;
    /// it is never read as template source and only keeps lines and columns true.
    case placeholder(Int, replacing: String = "")
}
