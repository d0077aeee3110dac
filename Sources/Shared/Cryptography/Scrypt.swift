import COpenSSL

/// The password-based key derivation function scrypt (RFC 7914).
package enum Scrypt {
    /// The cost of one derivation.
    package struct Parameters: Hashable, Sendable {
        /// The base-2 logarithm of the cost N.
        package var logarithmOfCost: Int
        /// The block size r.
        package var blockSize: Int
        /// The parallelism p.
        package var parallelism: Int

        package init(logarithmOfCost: Int, blockSize: Int, parallelism: Int) {
            self.logarithmOfCost = logarithmOfCost
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// The OWASP recommendation N=2^17, r=8, p=1: 128 MiB and about a second.
        package static let recommended = Parameters(logarithmOfCost: 17, blockSize: 8, parallelism: 1)

        /// The memory of one derivation in bytes; nil when a parameter is out of range or more than 512 MiB would be needed.
        var memoryByteCount: UInt64? {
            guard (1...24).contains(logarithmOfCost), (1...64).contains(blockSize), (1...16).contains(parallelism) else { return nil }
            let cost = UInt64(1) << UInt64(logarithmOfCost)
            let count = 128 * UInt64(blockSize) * (cost + UInt64(parallelism))
            return count <= 512 << 20 ? count : nil
        }
    }

    /// Derives `byteCount` bytes.
    ///
    /// Blocks the calling thread for as long as the parameters demand; see ``PasswordHasher``.
    package static func deriveKey(
        from password: some Collection<UInt8>,
        salt: some Collection<UInt8>,
        parameters: Parameters,
        byteCount: Int = 32
    ) throws(CryptographyError) -> [UInt8] {
        guard let memory = parameters.memoryByteCount else { throw .invalidParameter("scrypt parameters") }
        guard (1...1024).contains(byteCount) else { throw .invalidParameter("length of a derived key") }
        var done: Int32 = 0
        let key = password.withContiguousBytes { password in
            salt.withContiguousBytes { salt in
                [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                    // OpenSSL's own memory limit (32 MiB) is below every sensible cost, so it is always given.
                    done = password.withMemoryRebound(to: CChar.self) { password in
                        EVP_PBE_scrypt(
                            password.baseAddress,
                            password.count,
                            salt.baseAddress,
                            salt.count,
                            1 << UInt64(parameters.logarithmOfCost),
                            UInt64(parameters.blockSize),
                            UInt64(parameters.parallelism),
                            memory + 1 << 20,
                            output.baseAddress,
                            byteCount
                        )
                    }
                    count = done == 1 ? byteCount : 0
                }
            }
        }
        guard done == 1 else { throw .fromOpenSSL("scrypt") }
        return key
    }
}
