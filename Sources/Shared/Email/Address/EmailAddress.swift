/// An address mail can be sent to: `local@domain` (the addr-spec of RFC 5322, without comments, quotes and domain literals).
///
/// Two spellings are equal when their normalised forms are: ASCII letters lower-cased, the domain in punycode (UTS #46,
/// nontransitional).
package struct EmailAddress: Sendable {
    /// What identifies the contact: lower-cased, the domain as A-labels.
    package let normalized: String
    /// What was typed, without the white space around it; for display.
    package let original: String

    /// Checks and normalises an address.
    package init(_ text: String) throws(EmailAddressError) {
        var text = text
        let outcome = text.withUTF8 { Self.checkASCII($0) }
        switch outcome {
        case .refused(let error): throw error
        case .accepted(let normalized, let isUnchanged):
            self.normalized = normalized
            original = isUnchanged ? normalized : Self.trimmed(text)
        case .needsUnicode:
            let trimmed = Self.trimmed(text)
            normalized = try Self.checkUnicode(trimmed)
            original = trimmed
        }
    }

    /// Checks and normalises an address given as UTF-8; bytes that are not UTF-8 are replaced, and then refused or not as text.
    package init(utf8 bytes: some Collection<UInt8>) throws(EmailAddressError) {
        try self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// The part before the `@`, lower-cased.
    package var localPart: Substring { normalized.prefix { $0 != "@" } }

    /// The domain in its ASCII form.
    package var domain: Substring { normalized.drop { $0 != "@" }.dropFirst() }

    /// What goes into headers and envelopes: the local part as typed, since its case may matter, and the domain as A-labels.
    package var wireForm: String { original.prefix { $0 != "@" } + "@" + domain }

    private static func trimmed(_ text: String) -> String {
        let start = text.unicodeScalars.drop(while: isTrimmed)
        guard let last = start.lastIndex(where: { !isTrimmed($0) }) else { return "" }
        return String(start[...last])
    }

    private static func isTrimmed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{FEFF}"
    }
}

extension EmailAddress: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.normalized == right.normalized }

    package func hash(into hasher: inout Hasher) { hasher.combine(normalized) }
}

extension EmailAddress: CustomStringConvertible {
    package var description: String { normalized }
}
