/// Takes a mailbox text apart into its name and its address.
struct MailboxScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) {
        rest = Substring(text).unicodeScalars
    }

    mutating func parts() throws(MailboxError) -> (name: String?, address: String) {
        skipSpaces()
        guard let open = firstOutsideQuotes("<") else {
            if rest.contains("(") { throw .comment }
            return (nil, String(String.UnicodeScalarView(rest)))
        }
        let phrase = rest[..<open]
        rest = rest[rest.index(after: open)...]
        guard let close = rest.firstIndex(of: ">") else { throw .unexpectedCharacter }
        let address = String(String.UnicodeScalarView(rest[..<close]))
        rest = rest[rest.index(after: close)...]
        skipSpaces()
        if rest.first == "(" { throw .comment }
        guard rest.isEmpty else { throw .unexpectedCharacter }
        return (try Self.name(from: phrase), address)
    }

    private mutating func skipSpaces() {
        rest = rest.drop { $0 == " " }
    }

    private func firstOutsideQuotes(_ wanted: Unicode.Scalar) -> Substring.UnicodeScalarView.Index? {
        var isQuoted = false
        var isEscaped = false
        for index in rest.indices {
            let scalar = rest[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == wanted, !isQuoted {
                return index
            }
        }
        return nil
    }

    /// Words and quoted strings, joined as they stand.
    private static func name(from phrase: Substring.UnicodeScalarView) throws(MailboxError) -> String? {
        var name = String.UnicodeScalarView()
        var isQuoted = false
        var isEscaped = false
        for scalar in phrase {
            if isEscaped {
                name.append(scalar)
                isEscaped = false
            } else if isQuoted {
                switch scalar {
                case "\\": isEscaped = true
                case "\"": isQuoted = false
                default: name.append(scalar)
                }
            } else {
                switch scalar {
                case "\"": isQuoted = true
                case "(": throw .comment
                case ")", "<", ">", "[", "]", ":", ";", "@", "\\", ",": throw .unexpectedCharacter
                default: name.append(scalar)
                }
            }
        }
        if isQuoted || isEscaped { throw .unbalancedQuote }
        let start = name.drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return nil }
        return String(String.UnicodeScalarView(start[...last]))
    }
}
