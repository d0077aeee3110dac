import NIOCore

/// Cuts an address to its network before anything stores it: IPv4 to /24, IPv6 to /48.
enum AddressTruncation {
    static func truncated(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "" }
        return truncated(text)
    }

    static func truncated(_ text: String) -> String {
        if text.contains(":") {
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            guard !text.hasPrefix("::") else { return "::" }
            let head = groups.prefix(3).prefix { !$0.isEmpty }
            return head.joined(separator: ":") + "::"
        }
        let parts = text.split(separator: ".")
        return parts.count == 4 ? parts.prefix(3).joined(separator: ".") + ".0" : ""
    }
}
