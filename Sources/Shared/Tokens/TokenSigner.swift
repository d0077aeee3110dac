import Cryptography

/// Makes tokens with the current key.
package struct TokenSigner: Sendable {
    private let keys: TokenKeys

    package init(keys: TokenKeys) { self.keys = keys }

    /// The token as 39 characters that need no escaping in a URL.
    ///
    /// The same arguments give the same token. `messageID` must be positive, as ids of rows are.
    /// With a `url` the token is good for exactly that URL, byte for byte: ``TokenVerifier/verify(_:purpose:url:)`` must be given it again.
    package func sign(
        _ purpose: TokenPurpose,
        kind: MessageKind,
        messageID: Int64,
        link: UInt16 = 0,
        url: String? = nil
    ) -> String {
        precondition(messageID > 0, "ids of messages are positive")
        let id = keys.currentKeyID
        guard let key = keys.key(id: id, purpose: purpose) else { preconditionFailure("the current key exists") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(TokenCode.byteCount)
        Token(keyID: id, kind: kind, messageID: messageID, link: link).append(to: &bytes)
        bytes += TokenCode.code(of: bytes, url: url, key: key)
        return Base64.url.encode(bytes)
    }
}
