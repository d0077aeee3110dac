/// An address with an optional name, as senders are defined and headers show people.
package struct Mailbox: Hashable, Sendable {
    /// The limit of a name, in bytes of UTF-8.
    package static let maximumNameBytes = 320

    package let name: String?
    package let address: EmailAddress

    /// Joins a name, which may be any text without control characters, and an address.
    ///
    /// An empty name is none.
    package init(name: String? = nil, address: EmailAddress) throws(MailboxError) {
        if let name {
            if name.utf8.contains(where: ASCII.isControl) { throw .controlCharacter }
            if name.utf8.count > Self.maximumNameBytes { throw .nameTooLong }
        }
        self.name = name?.isEmpty == true ? nil : name
        self.address = address
    }

    /// A mailbox without a name.
    package init(_ address: EmailAddress) {
        name = nil
        self.address = address
    }

    /// Reads `address`, `<address>`, `Name <address>` or `"Name" <address>` (RFC 5322 3.4 without comments, groups and lists).
    ///
    /// A name without quotes may hold any characters but the specials of the grammar; a dot is allowed.
    package init(parsing text: String) throws(MailboxError) {
        if text.utf8.contains(where: ASCII.isControl) { throw .controlCharacter }
        var scanner = MailboxScanner(text)
        let parts = try scanner.parts()
        let address: EmailAddress
        do { address = try EmailAddress(parts.address) } catch { throw .address(error) }
        try self.init(name: parts.name, address: address)
    }

    /// The mailbox as a header shows it, unfolded: the name as atoms, a quoted string or encoded words.
    package var headerForm: String {
        var line = HeaderBuilder(name: "")
        line.appendMailbox(self)
        return line.unfolded
    }
}
