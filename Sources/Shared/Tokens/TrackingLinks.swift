/// The public links that go into a message.
package struct TrackingLinks: Sendable {
    private let base: String
    private let signer: TokenSigner

    /// Takes the public address of the gateway (`DATAMAILER_PUBLIC_URL`, http or https, a path is kept, a trailing slash is not).
    ///
    /// Nil when it is not such an address: it must have a host and neither query, fragment nor white space.
    package init?(publicURL: String, signer: TokenSigner) {
        let lowercased = publicURL.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
        let rest = publicURL.utf8.dropFirst(scheme.utf8.count)
        guard let first = rest.first, first != UInt8(ascii: "/"), first != UInt8(ascii: ":"),
            rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        var base = publicURL
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.signer = signer
    }

    /// The pixel: `/t/o/<token>.gif`.
    package func open(kind: MessageKind, messageID: Int64) -> String {
        "\(base)/t/o/\(signer.sign(.open, kind: kind, messageID: messageID)).gif"
    }

    /// The link that leads to `url` and nowhere else: `/t/c/<token>?u=<url>`.
    package func click(kind: MessageKind, messageID: Int64, link: UInt16, url: String) -> String {
        let token = signer.sign(.click, kind: kind, messageID: messageID, link: link, url: url)
        return "\(base)/t/c/\(token)?u=\(PercentEncoding.encode(url))"
    }

    /// The page, and the address of the one-click POST (RFC 8058): `/unsubscribe/<token>`.
    package func unsubscribe(kind: MessageKind, messageID: Int64) -> String {
        "\(base)/unsubscribe/\(signer.sign(.unsubscribe, kind: kind, messageID: messageID))"
    }

    /// The page that confirms a wish to be subscribed: `/confirm/<token>`.
    ///
    /// - Parameter requestID: of the wish, positive; it belongs to no message.
    package func confirm(requestID: Int64) -> String {
        "\(base)/confirm/\(signer.sign(.confirm, kind: .transactional, messageID: requestID))"
    }

    /// The preference page: `/preferences/<token>`.
    package func preferences(kind: MessageKind, messageID: Int64) -> String {
        "\(base)/preferences/\(signer.sign(.preferences, kind: kind, messageID: messageID))"
    }

    /// The message in a browser: `/v/<token>`.
    package func view(kind: MessageKind, messageID: Int64) -> String {
        "\(base)/v/\(signer.sign(.view, kind: kind, messageID: messageID))"
    }
}
