import NIOCore

/// Whom a request comes from.
struct ClientAddress: Sendable, Equatable {
    /// Nil when that is not known.
    var address: IPAddress?

    /// What may be stored: IPv4 /24, IPv6 /48; empty when it is not known.
    var network: String { address.map { $0.masked(to: $0.isIPv4 ? 24 : 48).description } ?? "" }

    /// The network of an address that somebody wrote; nil when it is none.
    static func network(of text: String) -> String? { IPAddress(text).map { ClientAddress(address: $0).network } }

    /// Whose bucket a request is taken from; never stored.
    ///
    /// A subscriber of IPv6 has a /64 of addresses.
    var bucket: String { address.map { $0.masked(to: $0.isIPv4 ? 32 : 64).description } ?? "" }
}

/// The reverse proxies whose word about the client is believed (`DATAMAILER_TRUSTED_PROXIES`).
///
/// Each proxy appends whom it saw to `X-Forwarded-For`, so only the right end of the list is written by those that are trusted; what stands
/// further left anybody may have sent.
struct TrustedProxies: Sendable, Equatable {
    private let blocks: [AddressBlock]

    static let none = TrustedProxies(blocks: [])

    private init(blocks: [AddressBlock]) { self.blocks = blocks }

    /// Addresses and blocks, separated by commas; nil when one of them is neither.
    init?(_ list: String) {
        var blocks: [AddressBlock] = []
        for item in list.split(separator: ",") {
            guard let block = AddressBlock(item.filter { !$0.isWhitespace }) else { return nil }
            blocks.append(block)
        }
        self.blocks = blocks
    }

    var isEmpty: Bool { blocks.isEmpty }

    /// The rightmost address that is no trusted proxy; the leftmost when all are.
    /// - Parameter forwarded: the values of `X-Forwarded-For`, in the order of the request.
    func client(peer: IPAddress?, forwarded: [String]) -> ClientAddress {
        guard let peer, trusts(peer) else { return ClientAddress(address: peer) }
        var client = peer
        for item in forwarded.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false).reversed() {
            // What is no address hides who was there: the proxy that wrote it stands for them.
            guard let address = Self.address(item) else { break }
            client = address
            if !trusts(address) { break }
        }
        return ClientAddress(address: client)
    }

    private func trusts(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ item: Substring) -> IPAddress? {
        let text = item.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        if text.first == "[" { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        return IPAddress(text) ?? IPAddress(text.prefix { $0 != ":" })
    }
}
