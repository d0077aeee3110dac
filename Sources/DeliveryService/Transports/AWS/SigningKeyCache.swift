import Cryptography
import Synchronization

/// Keeps the signing key of the day, which costs four authentication codes to derive.
final class SigningKeyCache: Sendable {
    private struct Entry {
        var secret: String
        var day: String
        var key: HMACSHA256.Key
    }

    private let entry = Mutex<Entry?>(nil)

    /// Region and service are the same in every call: a cache belongs to one signer.
    func key(secret: String, day: String, region: String, service: String) -> HMACSHA256.Key {
        entry.withLock { entry in
            if let known = entry, known.day == day, known.secret == secret { return known.key }
            let dateKey = HMACSHA256.authenticationCode(for: day.utf8, key: "AWS4\(secret)".utf8)
            let regionKey = HMACSHA256.authenticationCode(for: region.utf8, key: dateKey)
            let serviceKey = HMACSHA256.authenticationCode(for: service.utf8, key: regionKey)
            let key = HMACSHA256.Key(HMACSHA256.authenticationCode(for: "aws4_request".utf8, key: serviceKey))
            entry = Entry(secret: secret, day: day, key: key)
            return key
        }
    }
}
