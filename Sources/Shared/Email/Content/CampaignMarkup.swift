/// The hidden text that mail programs show beside the subject.
package enum PreheaderMarkup {
    /// The class that marks the element, so that the plain text leaves it out.
    static let className = "preheader"

    /// A hidden element with the escaped text, padded so that the program does not fill the line with what follows.
    package static func html(_ text: String) -> String {
        let padding = String(repeating: "&#847;&zwnj;&nbsp;", count: max(0, 100 - text.count))
        return """
            <div class="\(className)" style="display:none;max-height:0;overflow:hidden;mso-hide:all">\(HTMLEscaping.escaped(text))\(padding)</div>
            """
    }
}

/// The line with the links that end or change what the reader gets, for contents that have no unsubscribe link of their own.
package enum FooterMarkup {
    /// The footer as HTML.
    package static func html(unsubscribeURL: String, preferencesURL: String) -> String {
        """
        <p><a href="\(HTMLEscaping.escaped(unsubscribeURL))">Unsubscribe</a> or \
        <a href="\(HTMLEscaping.escaped(preferencesURL))">manage preferences</a></p>
        """
    }

    /// The footer for the plain text, to stand behind an empty line.
    package static func text(unsubscribeURL: String, preferencesURL: String) -> String {
        "Unsubscribe: \(unsubscribeURL)\nManage preferences: \(preferencesURL)"
    }
}

/// The image whose request says that the message was opened.
package enum PixelMarkup {
    /// The image element.
    package static func html(url: String) -> String {
        "<img src=\"\(HTMLEscaping.escaped(url))\" width=\"1\" height=\"1\" alt=\"\" />"
    }
}
