import Foundation

/// Checks the URL that a client names for its deliveries.
///
/// The address behind the name is checked at each connection again, for a name can change its mind; this is what can be told at once.
enum DeliveryURL {
    static let maximumBytes = 2_000

    /// Why the URL is not accepted; nil when it is.
    static func fault(_ url: String, _ policy: DeliveryPolicy) -> String? {
        guard !url.isEmpty else { return "required" }
        guard url.utf8.count <= maximumBytes else { return "too_long" }
        // What two readers of URLs could read differently is refused altogether.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }) else { return "invalid" }
        guard let separator = url.range(of: "://") else { return "invalid" }
        let scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return "must_be_https" }
        let rest = url[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = hostAndPort(authority) else { return "invalid" }
        let isLoopback = policy.allowsLoopback && (host == "127.0.0.1" || host == "localhost" || host == "[::1]")
        guard scheme == "https" || isLoopback else { return "must_be_https" }
        guard isLoopback || policy.ports.contains(port ?? 443) else { return "port_not_allowed" }
        return isLoopback || isPublic(host) ? nil : "not_public"
    }

    private static let forbidden = Set("\\\"<>^`{|}#@".utf8)

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
        var host = authority
        var port: Int?
        let tail = authority.last == "]" ? nil : authority.lastIndex(of: ":")
        if let tail {
            let digits = authority[authority.index(after: tail)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
            host = authority[..<tail]
        }
        let name = host.lowercased()
        let isAddress =
            name.hasPrefix("[") && name.hasSuffix("]") && name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        let isName = !name.isEmpty && name.utf8.count <= 253 && name.utf8.allSatisfy(isNameByte) && !name.hasPrefix(".") && !name.contains("..")
        return isAddress || isName ? (name, port) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }

    /// Names of this machine and its network, and every address written as digits that is not a plain public one.
    private static func isPublic(_ host: String) -> Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let local = ["localhost", "local", "internal", "localdomain", "home.arpa"]
        if local.contains(where: { name == $0 || name.hasSuffix(".\($0)") }) { return false }
        guard !name.hasPrefix("[") else { return AddressLiteral.isPublic(ipv6: String(name.dropFirst().dropLast())) }
        // A last label that begins with a digit makes the whole an IPv4 address, in forms (octal, one number) that differ by reader.
        guard let last = name.split(separator: ".").last, last.first?.isNumber == true else { return name.contains(".") }
        return AddressLiteral.isPublic(ipv4: name)
    }
}
