/// A libpq connection string, as far as another role's is derived from it.
package struct DatabaseAddress: Sendable, Equatable {
    private enum Form: Equatable { case uri, keywords }
    private let form: Form
    private let text: String

    /// - Throws: ``StartFailure`` when the text is neither a `postgresql://` URI nor `keyword=value` pairs.
    package init(_ text: String) throws {
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            form = .uri
        } else if text.contains("=") {
            form = .keywords
        } else {
            throw StartFailure("DATAMAILER_DATABASE_URL is neither a postgresql:// URI nor keyword=value pairs")
        }
        self.text = text
    }

    /// The same server and database, logged in as another role and without the owner's password.
    package func connectionString(role: String) -> String {
        switch form {
        case .uri: uri(role: role)
        case .keywords: "\(keywords()) user=\(role)"
        }
    }

    private func uri(role: String) -> String {
        let scheme = text.hasPrefix("postgresql://") ? "postgresql://" : "postgres://"
        var rest = text.dropFirst(scheme.count)
        var parameters: [Substring] = []
        if let question = rest.firstIndex(of: "?") {
            parameters = rest[rest.index(after: question)...].split(separator: "&")
            rest = rest[..<question]
        }
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        if let at = rest[..<authorityEnd].lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let kept = parameters.filter { !Self.isLogin($0) }
        return "\(scheme)\(role)@\(rest)" + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    private static func isLogin(_ parameter: Substring) -> Bool {
        ["user=", "password=", "passfile="].contains { parameter.hasPrefix($0) }
    }

    /// The pairs without those that log in; a value may stand in single quotes with backslash escapes.
    private func keywords() -> String {
        var pairs: [String] = []
        var pair = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if !isQuoted, character.isWhitespace, pair.contains("="), !pair.hasSuffix("=") {
                pairs.append(pair)
                pair = ""
                continue
            }
            if !isQuoted, character.isWhitespace { continue }
            if character == "'", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            pair.append(character)
        }
        if !pair.isEmpty { pairs.append(pair) }
        return pairs.filter { !Self.isLogin(Substring($0)) }.joined(separator: " ")
    }
}
