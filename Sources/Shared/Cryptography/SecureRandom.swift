import COpenSSL

/// Random bytes that nobody can predict, for keys, tokens, salts and nonces.
package enum SecureRandom {
    /// `count` random bytes from OpenSSL's generator.
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max), "a count of random bytes")
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard count > 0 else { return }
            // Going on without randomness would give guessable secrets, so the process stops instead.
            precondition(RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "the random number generator is not seeded")
            initialized = count
        }
    }
}
