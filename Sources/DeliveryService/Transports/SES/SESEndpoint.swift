/// Where SES is reached.
struct SESEndpoint: Sendable, Equatable {
    /// Scheme, authority and perhaps a path, without a slash at the end.
    let base: String
    /// The authority, as the `Host` header has it.
    let host: String
    /// What stands before the operation's path.
    let pathPrefix: String

    /// Reads an `http` or `https` URL without user, query and fragment; nil for anything else.
    init?(url: String) {
        var base = url[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        guard let scheme = ["https://", "http://"].first(where: { base.lowercased().hasPrefix($0) }) else { return nil }
        let rest = base.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#@\"<>\\".utf8.contains($0) }) else { return nil }
        self.base = String(base)
        self.host = String(host)
        pathPrefix = String(rest.dropFirst(host.count))
    }

    /// The public endpoint of a region; nil when the name is none.
    init?(region: String) {
        guard !region.isEmpty, region.utf8.allSatisfy({ $0 == 0x2D || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }) else { return nil }
        self.init(url: "https://email.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : ""))
    }
}
