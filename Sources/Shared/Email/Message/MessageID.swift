/// The identity of a message: `<token@domain>`, made once for a message row and written unchanged on every attempt.
package struct MessageID: Hashable, Sendable {
    /// The part before the `@`: at least 128 random bits, as the caller made them.
    package let token: String
    package let domain: String

    /// Joins a token of letters, digits, `.`, `-` and `_` and an ASCII domain.
    package init(token: String, domain: String) throws(MIMEMessageError) {
        let isToken: (UInt8) -> Bool = { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        guard !token.isEmpty, !domain.isEmpty, token.utf8.count + domain.utf8.count <= 200, token.utf8.allSatisfy(isToken),
            domain.utf8.allSatisfy(isToken)
        else { throw .invalidMessageID }
        self.token = token
        self.domain = domain
    }

    /// Makes the token from 128 random bits, as 32 hexadecimal digits.
    package init(_ high: UInt64, _ low: UInt64, domain: String) throws(MIMEMessageError) {
        try self.init(token: Self.hexadecimal(high) + Self.hexadecimal(low), domain: domain)
    }

    /// The value of the `Message-ID` header.
    package var headerForm: String { "<\(token)@\(domain)>" }

    /// A boundary for one level of the message: 128 bits that follow from the identity, so that building again gives the same bytes.
    ///
    /// It begins with `=_`, which cannot occur in quoted-printable or base64; a 7bit part with a line that begins so is not
    /// written as 7bit. So no boundary occurs in a part.
    func boundary(_ level: Character) -> String {
        var high: UInt64 = 0xCBF2_9CE4_8422_2325
        var low: UInt64 = 0x6C62_272E_07BB_0142
        for byte in token.utf8 {
            high = (high ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            low = (low &+ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
            low ^= low >> 29
        }
        return "=_\(level)_" + Self.hexadecimal(high) + Self.hexadecimal(low)
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
