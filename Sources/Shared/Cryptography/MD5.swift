import COpenSSL

/// MD5 (RFC 1321), for names that others define with it; it protects nothing.
package enum MD5 {
    /// The hash as 32 lower-case hexadecimal digits.
    package static func hexadecimalHash(_ bytes: some Collection<UInt8>) -> String {
        let hash = bytes.withContiguousBytes { input in
            [UInt8](unsafeUninitializedCapacity: 16) { output, count in
                let done = EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, DigestAlgorithm.md5.pointer, nil)
                precondition(done == 1, "MD5 fails only when memory is exhausted")
                count = 16
            }
        }
        return Hexadecimal.encode(hash)
    }
}
