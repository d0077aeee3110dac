import Cryptography

/// A new API key: `dm_` + 12 characters of `[a-z0-9]` + `_` + 43 base64url characters.
///
/// The secret is 32 random bytes, so a plain SHA-256 of its characters is a safe thing to store.
struct APIKey: Sendable {
    var publicID: String
    var secret: String

    /// Makes one from the operating system's randomness.
    static func make() -> APIKey {
        APIKey(publicID: randomPublicID(), secret: Base64.url.encode(SecureRandom.bytes(32)))
    }

    var text: String { "dm_\(publicID)_\(secret)" }
    var secretHash: [UInt8] { SHA256.hash(Array(secret.utf8)) }

    private static func randomPublicID() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var characters: [UInt8] = []
        while characters.count < 12 {
            // 252 is the greatest multiple of 36 in a byte: what lies above would make some characters likelier.
            for byte in SecureRandom.bytes(16) where byte < 252 && characters.count < 12 {
                characters.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
