/// Finds the places in an HTML content that sending changes, and leaves everything else alone.
///
/// Trackable is the `href` of every `<a>` that is a literal http or https URL, in quotes of any kind or none, unless the tag has
/// the attribute `data-no-track`. What stands in comments (conditional ones included), CDATA, `script`, `style`, `title` and
/// `textarea` is never touched. A value with `<` or `>` in it is the sign of a forgotten quote and stays as it is.
package enum HTMLRewriter {
    /// What the content is.
    package enum Mode: Sendable {
        /// Final HTML: braces are text.
        case html
        /// A Liquid template: its constructs are opaque, and a value that holds one is not literal.
        case template
    }

    /// Compiles a content, once a campaign.
    ///
    /// Takes any bytes; the work is linear in their number.
    package static func compile(_ html: [UInt8], mode: Mode = .html) -> RewritePlan {
        var compiler = RewriteCompiler(source: html, mode: mode)
        return compiler.compile()
    }

    /// Compiles a content, once a campaign.
    package static func compile(_ html: String, mode: Mode = .html) -> RewritePlan {
        compile(Array(html.utf8), mode: mode)
    }
}
