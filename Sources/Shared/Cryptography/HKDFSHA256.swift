/// Key derivation from a strong secret (RFC 5869 with SHA-256).
package enum HKDFSHA256 {
    /// The most bytes that one derivation can give.
    package static let maximumByteCount = 255 * SHA256.byteCount

    /// Derives `byteCount` bytes (1 to ``maximumByteCount``) for the purpose that `info` names.
    ///
    /// The same inputs always give the same bytes; another `info` gives an unrelated key.
    package static func deriveKey(
        from secret: some Collection<UInt8>,
        salt: some Collection<UInt8> = EmptyCollection<UInt8>(),
        info: some Collection<UInt8>,
        byteCount: Int = 32
    ) -> [UInt8] {
        precondition((1...maximumByteCount).contains(byteCount), "HKDF gives 1 to \(maximumByteCount) bytes")
        let extracted = HMACSHA256.Key(HMACSHA256.authenticationCode(for: secret, key: salt))
        var output: [UInt8] = []
        var previous: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < byteCount {
            counter += 1
            previous = extracted.authenticationCode(for: previous + Array(info) + [counter])
            output += previous
        }
        return Array(output.prefix(byteCount))
    }
}
