/// Keeps spreadsheet programs from running text of ours as a formula.
package enum CSVFormulaGuard {
    /// The text with a leading `'` if it starts with `=` `+` `-` `@` TAB CR LF or a full-width form of the four signs.
    ///
    /// For export only. On import the text is data and kept as it is.
    package static func guarded(_ text: String) -> String {
        isDangerous(text) ? "'" + text : text
    }

    static func isDangerous(_ text: String) -> Bool {
        switch text.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n": true
        case "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }
}
