import Cryptography

/// The authentication code behind a token's bytes.
enum TokenCode {
    /// The length of the code: HMAC-SHA256 cut to 128 bits.
    static let codeByteCount = 16
    /// The length of a whole token before base64url.
    static let byteCount = Token.byteCount + codeByteCount

    /// The length of a token as text.
    static let textByteCount = 39

    /// The code of the token's 13 bytes, and of the URL behind them when there is one.
    ///
    /// A zero byte parts the two, so that no URL at all and an empty one are not the same.
    static func code(of content: some Collection<UInt8>, url: String?, key: HMACSHA256.Key) -> ArraySlice<UInt8> {
        guard let url else { return key.authenticationCode(for: content).prefix(codeByteCount) }
        var message = Array(content)
        message.reserveCapacity(content.count + 1 + url.utf8.count)
        message.append(0)
        message.append(contentsOf: url.utf8)
        return key.authenticationCode(for: message).prefix(codeByteCount)
    }
}
