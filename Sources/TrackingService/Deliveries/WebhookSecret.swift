import Cryptography

/// The secret of a Standard Webhooks endpoint, and its signatures (version 1.0.0, symmetric).
struct WebhookSecret: Sendable, Equatable {
    private static let prefix = "whsec_"
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// 32 random bytes.
    static func make() -> WebhookSecret { WebhookSecret(bytes: SecureRandom.bytes(32)) }

    /// nil unless it is `whsec_` and base64 of 24 to 64 bytes.
    init?(text: String) {
        guard text.hasPrefix(Self.prefix), let bytes = Base64.standard.decode(text.dropFirst(Self.prefix.count)), (24...64).contains(bytes.count)
        else { return nil }
        self.bytes = bytes
    }

    var text: String { Self.prefix + Base64.standard.encode(bytes) }

    /// `v1,` and base64 of the HMAC-SHA256 of `id.timestamp.body`.
    func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return "v1," + Base64.standard.encode(HMACSHA256.authenticationCode(for: signed, key: bytes))
    }
}
