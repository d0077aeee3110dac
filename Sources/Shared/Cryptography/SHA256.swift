import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The length of a hash, in bytes.
    package static let byteCount = 32

    /// The 32-byte hash of the bytes (of a string: pass its `utf8`).
    package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.withContiguousBytes { input in
            [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                let done = EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, DigestAlgorithm.sha256.pointer, nil)
                precondition(done == 1, "SHA-256 fails only when memory is exhausted")
                count = byteCount
            }
        }
    }

    /// The hash as 64 lower-case hexadecimal digits.
    package static func hexadecimalHash(_ bytes: some Collection<UInt8>) -> String {
        Hexadecimal.encode(hash(bytes))
    }
}
