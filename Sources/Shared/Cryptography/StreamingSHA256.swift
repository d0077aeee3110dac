import COpenSSL

/// SHA-256 over data that comes in pieces, such as an uploaded file.
///
/// Belongs to one task at a time. The corresponding C functions are `EVP_DigestUpdate` and `EVP_DigestFinal_ex`.
package final class StreamingSHA256 {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, DigestAlgorithm.sha256.pointer, nil) == 1 else {
            preconditionFailure("a digest context fails only when memory is exhausted")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds the bytes to what is hashed.
    package func update(_ bytes: some Collection<UInt8>) {
        let done = bytes.withContiguousBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(done == 1, "hashing cannot fail once begun")
    }

    /// The hash of everything so far; more can follow.
    ///
    /// The corresponding C function is `EVP_MD_CTX_copy_ex`.
    package func current() -> [UInt8] {
        let copy = StreamingSHA256()
        precondition(EVP_MD_CTX_copy_ex(copy.context, context) == 1, "a digest context fails only when memory is exhausted")
        return copy.finalize()
    }

    /// The hash of everything so far; begins anew afterwards.
    package func finalize() -> [UInt8] {
        let hash = [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            precondition(EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1, "hashing cannot fail once begun")
            count = SHA256.byteCount
        }
        precondition(EVP_DigestInit_ex(context, DigestAlgorithm.sha256.pointer, nil) == 1, "hashing cannot fail once begun")
        return hash
    }
}
