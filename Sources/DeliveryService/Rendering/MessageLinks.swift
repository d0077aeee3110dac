import Tokens

/// The public links of one message, as the content's rendering asks for them.
struct MessageLinks: Sendable {
    let links: TrackingLinks
    let kind: MessageKind

    func open(_ messageID: Int64) -> String { links.open(kind: kind, messageID: messageID) }

    func click(_ messageID: Int64, link: Int, url: String) -> String {
        links.click(kind: kind, messageID: messageID, link: UInt16(clamping: link), url: url)
    }

    func unsubscribe(_ messageID: Int64) -> String { links.unsubscribe(kind: kind, messageID: messageID) }

    func preferences(_ messageID: Int64) -> String { links.preferences(kind: kind, messageID: messageID) }

    func view(_ messageID: Int64) -> String { links.view(kind: kind, messageID: messageID) }
}
