/// One-click unsubscribing (RFC 8058): the two headers are always written together.
package struct ListUnsubscribe: Hashable, Sendable {
    /// Takes the POST of one recipient of one list.
    package let url: String
    /// An address that unsubscribes by mail, without `mailto:`.
    package let mailto: EmailAddress?

    /// Takes the unsubscribe URL of the recipient.
    ///
    /// RFC 8058 wants https; `allowsPlainHTTP` is for trials on one's own machine.
    package init(url: String, mailto: EmailAddress? = nil, allowsPlainHTTP: Bool = false) throws(MIMEMessageError) {
        let schemes = allowsPlainHTTP ? ["https://", "http://"] : ["https://"]
        let lower = url.prefix(8).lowercased()
        guard schemes.contains(where: { lower.hasPrefix($0) && url.utf8.count > $0.utf8.count }), url.utf8.count <= 900,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
        else { throw .invalidURL(field: "List-Unsubscribe") }
        self.url = url
        self.mailto = mailto
    }
}
