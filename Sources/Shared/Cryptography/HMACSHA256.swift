import COpenSSL

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1).
package enum HMACSHA256 {
    /// The length of a full authentication code, in bytes.
    package static let byteCount = 32

    /// The 32-byte authentication code; with many messages under one key, keep a ``Key`` instead.
    package static func authenticationCode(for message: some Collection<UInt8>, key: some Collection<UInt8>) -> [UInt8] {
        Key(key).authenticationCode(for: message)
    }
}

extension HMACSHA256 {
    /// A key whose two padded blocks are hashed already, so that a short message costs two more blocks only.
    package final class Key: @unchecked Sendable {
        // Sendable: both contexts are only copied from after `init`, and copying reads them.
        private let inner: OpaquePointer
        private let outer: OpaquePointer

        /// Takes a key of any length; longer ones than 64 bytes are hashed first, as the standard says.
        package init(_ key: some Collection<UInt8>) {
            var block = key.count > 64 ? SHA256.hash(key) : Array(key)
            block.append(contentsOf: repeatElement(0, count: 64 - block.count))
            inner = Self.context(hashing: block.map { $0 ^ 0x36 })
            outer = Self.context(hashing: block.map { $0 ^ 0x5C })
            block.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        }

        deinit {
            EVP_MD_CTX_free(inner)
            EVP_MD_CTX_free(outer)
        }

        /// The 32-byte authentication code of the message.
        ///
        /// Safe to call from many tasks at once.
        package func authenticationCode(for message: some Collection<UInt8>) -> [UInt8] {
            message.withContiguousBytes { input in
                [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                    let context = EVP_MD_CTX_new()
                    defer { EVP_MD_CTX_free(context) }
                    let done =
                        EVP_MD_CTX_copy_ex(context, inner) == 1
                        && EVP_DigestUpdate(context, input.baseAddress, input.count) == 1
                        && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
                        && EVP_MD_CTX_copy_ex(context, outer) == 1
                        && EVP_DigestUpdate(context, output.baseAddress, byteCount) == 1
                        && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
                    precondition(done, "HMAC fails only when memory is exhausted")
                    count = byteCount
                }
            }
        }

        /// Whether `code`, cut to at least 16 bytes or whole, authenticates the message; compares in constant time.
        package func isValid(_ code: some Collection<UInt8>, for message: some Collection<UInt8>) -> Bool {
            guard (16...byteCount).contains(code.count) else { return false }
            return ConstantTime.areEqual(authenticationCode(for: message).prefix(code.count), code)
        }

        private static func context(hashing block: [UInt8]) -> OpaquePointer {
            guard let context = EVP_MD_CTX_new(),
                EVP_DigestInit_ex(context, DigestAlgorithm.sha256.pointer, nil) == 1,
                EVP_DigestUpdate(context, block, block.count) == 1
            else { preconditionFailure("a digest context fails only when memory is exhausted") }
            return context
        }
    }
}
