/// The stable identity of a list (RFC 2919): `Name <label.list.example.com>`.
package struct ListID: Hashable, Sendable {
    package let name: String?
    package let identifier: String

    /// Joins an optional name and an identifier of at most 255 bytes: dot-separated labels, at least two.
    package init(name: String? = nil, identifier: String) throws(MIMEMessageError) {
        let labels = identifier.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, identifier.utf8.count <= 255, labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isAtomText) })
        else { throw .invalidListID }
        if let name {
            if name.utf8.contains(where: ASCII.isControl) { throw .controlCharacter(field: "List-Id") }
            if name.utf8.count > Mailbox.maximumNameBytes { throw .headerTooLong(field: "List-Id") }
        }
        self.name = name?.isEmpty == true ? nil : name
        self.identifier = identifier
    }
}
