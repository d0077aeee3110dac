import Glibc
import HTTPTransport

/// Addresses written in a URL instead of a name.
enum AddressLiteral {
    /// Four decimal numbers of a globally reachable address; any other spelling is not accepted.
    static func isPublic(ipv4 text: String) -> Bool {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return false }
        return AddressPolicy.isPublic(ipv4: withUnsafeBytes(of: &address) { Array($0) })
    }

    static func isPublic(ipv6 text: String) -> Bool {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return false }
        return AddressPolicy.isPublic(ipv6: withUnsafeBytes(of: &address) { Array($0) })
    }
}
