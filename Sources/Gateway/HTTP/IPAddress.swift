import Foundation
import NIOCore

/// An IPv4 or IPv6 address by its bytes; an IPv4 address that is mapped into IPv6 is the IPv4 address.
struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    /// Nil for what is no address; names are never looked up.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET6, text, &bytes) == 1 {
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self.bytes = isMapped ? Array(bytes[12...]) : bytes
        } else if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes[..<4])
        } else {
            return nil
        }
    }

    /// Who is at the other end of a connection; nil when that is no IP address.
    init?(_ peer: SocketAddress?) {
        guard let text = peer?.ipAddress else { return nil }
        // Without the zone of a link-local address.
        self.init(text.prefix { $0 != "%" })
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    var isIPv4: Bool { bytes.count == 4 }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The same address with only its first `length` bits.
    func masked(to length: Int) -> IPAddress {
        IPAddress(
            bytes: bytes.enumerated().map { index, byte in
                let kept = min(max(length - index * 8, 0), 8)
                return kept == 0 ? 0 : byte & (0xFF << (8 - kept))
            }
        )
    }
}

/// Addresses with the same first bits: `10.0.0.0/8`, `2001:db8::/32`, or one address.
struct AddressBlock: Sendable, Equatable {
    private let network: IPAddress
    private let length: Int

    /// Nil for what is no block; bits beyond the length do not matter.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first), parts.count <= 2 else { return nil }
        let whole = address.bytes.count * 8
        guard parts.count == 1 || parts[1].allSatisfy(\.isNumber), let length = parts.count == 1 ? whole : Int(parts[1]), length <= whole
        else { return nil }
        network = address.masked(to: length)
        self.length = length
    }

    func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == network.isIPv4 && address.masked(to: length) == network
    }
}
