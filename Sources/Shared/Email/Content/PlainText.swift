/// Makes a readable plain text from HTML, for messages that come without one.
///
/// Paragraphs and headings stand between empty lines, list items and table rows on lines of their own, links as `text (url)`,
/// images as their alternative text. Scripts, styles, titles, comments and elements hidden by their style are left out. Linear
/// in the size of the HTML whatever it contains.
package enum PlainText {
    /// The text of the HTML, with LF line ends; empty when nothing is to be read.
    package static func fromHTML(_ html: [UInt8]) -> [UInt8] {
        var renderer = PlainTextRenderer(html)
        return renderer.render()
    }

    /// The text of the HTML, with LF line ends.
    package static func fromHTML(_ html: String) -> String {
        String(decoding: fromHTML(Array(html.utf8)), as: UTF8.self)
    }
}
