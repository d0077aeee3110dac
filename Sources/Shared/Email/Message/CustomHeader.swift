/// A header that the sender of a message adds.
package struct CustomHeader: Hashable, Sendable {
    /// The limit of a value in bytes.
    package static let maximumValueBytes = 4096

    package let name: String
    package let value: String

    /// Checks name and value.
    ///
    /// - Throws: `invalidHeaderName` for characters outside 0x21–0x7E or a colon or more than 126 bytes, `reservedHeader`,
    ///   `controlCharacter` for any in the value, `headerTooLong`.
    package init(name: String, value: String) throws(MIMEMessageError) {
        guard !name.isEmpty, name.utf8.count <= 126, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            throw .invalidHeaderName(name: name)
        }
        if Self.isReserved(name) { throw .reservedHeader(name: name) }
        if value.utf8.contains(where: ASCII.isControl) { throw .controlCharacter(field: name) }
        if value.utf8.count > Self.maximumValueBytes { throw .headerTooLong(field: name) }
        self.name = name
        self.value = value
    }

    /// Whether the builder, the provider or the transport owns headers of this name.
    package static func isReserved(_ name: String) -> Bool {
        let lower = name.lowercased()
        return reserved.contains(lower) || reservedPrefixes.contains { lower.hasPrefix($0) }
    }

    private static let reserved: Set<String> = [
        "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "precedence", "auto-submitted",
        "x-auto-response-suppress", "return-path", "received", "dkim-signature", "domainkey-signature", "authentication-results",
        "feedback-id", "bounces-to", "errors-to", "envelope-to", "delivered-to",
    ]
    private static let reservedPrefixes = ["content-", "list-", "arc-", "resent-", "x-ses-", "received-"]
}
