import Cryptography

/// Checks tokens from outside, with no database.
package struct TokenVerifier: Sendable {
    private let keys: TokenKeys

    package init(keys: TokenKeys) { self.keys = keys }

    /// The token if it is ours, of this purpose (and this URL) and of a message that was sent; nil otherwise, also for previews.
    package func verify(_ text: some StringProtocol, purpose: TokenPurpose, url: String? = nil) -> Token? {
        guard case .valid(let token) = verification(of: text, purpose: purpose, url: url) else { return nil }
        return token
    }

    /// What the token is, telling previews apart.
    ///
    /// Any text may be given; the codes are compared in constant time.
    package func verification(of text: some StringProtocol, purpose: TokenPurpose, url: String? = nil) -> TokenVerification {
        guard text.utf8.count == TokenCode.textByteCount, let bytes = Base64.url.decode(text), bytes.count == TokenCode.byteCount,
            let key = keys.key(id: bytes[1], purpose: purpose)
        else { return .foreign }
        let content = bytes.prefix(Token.byteCount)
        let code = TokenCode.code(of: content, url: url, key: key)
        guard ConstantTime.areEqual(code, bytes.dropFirst(Token.byteCount)), let token = Token(content) else { return .foreign }
        return token.kind == .preview ? .preview(token) : .valid(token)
    }
}
