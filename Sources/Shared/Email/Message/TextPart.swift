/// A text beside the bodies, for example a calendar invitation (RFC 6047: `text/calendar; method=REQUEST`).
///
/// Without a filename a `text/…` part is one more form of the message; any other part is attached.
package struct TextPart: Hashable, Sendable {
    /// With its parameters, in lower case up to them; `charset` is always UTF-8.
    package let contentType: String
    /// Holds filename and bytes.
    let file: Attachment
    let hasFilename: Bool

    /// Whether it stands beside the bodies and not behind them.
    var isAlternative: Bool { !hasFilename && contentType.hasPrefix("text/") }

    /// Checks what goes into headers.
    ///
    /// - Throws: as ``Attachment``; `invalidContentType` also for parameters that are not `name=value`.
    package init(contentType: String, filename: String?, content: [UInt8]) throws(MIMEMessageError) {
        let pieces = contentType.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        guard contentType.utf8.count <= 500, let base = pieces.first else { throw .invalidContentType }
        file = try Attachment(filename: filename ?? "part", contentType: base, bytes: content)
        hasFilename = filename != nil
        var written = file.contentType
        for piece in pieces.dropFirst() where !piece.isEmpty {
            guard let sign = piece.firstIndex(of: "=") else { throw .invalidContentType }
            let name = piece[..<sign].lowercased()
            let value = piece[piece.index(after: sign)...]
            guard Self.isToken(name), Self.isToken(String(value)) || Self.isQuoted(value) else { throw .invalidContentType }
            if name != "charset", name != "name" { written += "; \(name)=\(value)" }
        }
        self.contentType = file.contentType.hasPrefix("text/") ? written + "; charset=UTF-8" : written
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "!#$&-^_.+*%'|~`".utf8.contains($0) }
    }

    private static func isQuoted(_ text: Substring) -> Bool {
        guard text.utf8.count >= 2, text.first == "\"", text.last == "\"" else { return false }
        return text.dropFirst().dropLast().utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
