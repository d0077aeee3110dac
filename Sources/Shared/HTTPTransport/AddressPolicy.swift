import CLibCurl
import Glibc

/// Which addresses may be connected to.
///
/// Checked on the address itself, after the name lookup, so that a name cannot lead elsewhere between a check and its use.
package enum AddressPolicy: Sendable {
    /// All.
    case any
    /// None that belongs to this machine or a private network: for URLs that come from outside, such as webhook targets.
    case publicOnly
    /// The public ones and this machine itself (127.0.0.0/8, ::1): for development and tests.
    case publicOrLoopback

    /// Whether the address that libcurl is about to connect to is allowed.
    func allows(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        guard self != .any else { return true }
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return false }
        // The generic address stands last in the structure, and libcurl's memory holds a whole one of the family behind it.
        let start = UnsafeRawPointer(address) + offset
        switch address.pointee.family {
        case AF_INET: return allows(ipv4: Array(UnsafeRawBufferPointer(start: start + 4, count: 4)))
        case AF_INET6: return allows(ipv6: Array(UnsafeRawBufferPointer(start: start + 8, count: 16)))
        default: return false
        }
    }

    private func allows(ipv4 address: [UInt8]) -> Bool { Self.isPublic(ipv4: address) || self == .publicOrLoopback && address.first == 127 }

    private func allows(ipv6 address: [UInt8]) -> Bool {
        Self.isPublic(ipv6: address) || self == .publicOrLoopback && address == [UInt8](repeating: 0, count: 15) + [1]
    }

    private static let privateIPv4: [(network: [UInt8], length: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24), ([192, 0, 2], 24),
        ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 3),
    ]

    private static let privateIPv6: [(network: [UInt8], length: Int)] = [
        ([0x00], 8), ([0x00, 0x64, 0xFF, 0x9B], 32), ([0x01], 8), ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32),
        ([0x20, 0x02], 16),
        ([0xFC], 7), ([0xFE, 0x80], 9), ([0xFF], 8),
    ]

    /// Whether the 4 bytes are a globally reachable address (IANA special-purpose registry).
    package static func isPublic(ipv4 address: [UInt8]) -> Bool {
        address.count == 4 && !privateIPv4.contains { matches(address, $0.network, $0.length) }
    }

    /// Whether the 16 bytes are a globally reachable address; mapped and translated IPv4 addresses are not.
    package static func isPublic(ipv6 address: [UInt8]) -> Bool {
        address.count == 16 && !privateIPv6.contains { matches(address, $0.network, $0.length) }
    }

    private static func matches(_ address: [UInt8], _ network: [UInt8], _ length: Int) -> Bool {
        (0..<length).allSatisfy { bit in
            let mask: UInt8 = 0x80 >> (bit % 8)
            let wanted = bit / 8 < network.count ? network[bit / 8] : 0
            return address[bit / 8] & mask == wanted & mask
        }
    }
}
