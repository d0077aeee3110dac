import COpenSSL

/// An X.509 certificate.
///
/// The corresponding C type is `X509`.
package final class Certificate: @unchecked Sendable {
    // Sendable: never changed after `init`; OpenSSL locks what it caches inside a certificate.
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }

    /// Reads every certificate of a PEM text (64 KiB and 16 certificates at most), in order.
    package static func parse(pem: some StringProtocol) throws(CryptographyError) -> [Certificate] {
        let bytes = Array(pem.utf8)
        guard !bytes.isEmpty, bytes.count <= 65_536 else { throw .malformed("length of a PEM certificate") }
        var found: [Certificate] = []
        bytes.withUnsafeBytes { buffer in
            let source = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
            defer { BIO_free(source) }
            // The callback refuses encrypted input, for which OpenSSL would ask on the terminal.
            while found.count <= 16, let pointer = PEM_read_bio_X509(source, nil, { _, _, _, _ in -1 }, nil) {
                found.append(Certificate(owning: pointer))
            }
        }
        ERR_clear_error()
        guard (1...16).contains(found.count) else { throw .malformed("no PEM certificate") }
        return found
    }

    /// Reads the first certificate of a PEM text.
    package convenience init(pem: some StringProtocol) throws(CryptographyError) {
        let first = try Self.parse(pem: pem)[0]
        X509_up_ref(first.pointer)
        self.init(owning: first.pointer)
    }

    /// Whether the time, in seconds since 1970, lies between "not before" and "not after".
    package func isValid(atUnixTime seconds: Int) -> Bool {
        var time = seconds
        return X509_cmp_time(X509_get0_notBefore(pointer), &time) < 0 && X509_cmp_time(X509_get0_notAfter(pointer), &time) > 0
    }

    /// Whether the certificate names the host (subject alternative names, wildcards as in RFC 6125).
    package func matches(host: String) -> Bool {
        guard !host.isEmpty, !host.utf8.contains(0) else { return false }
        return X509_check_host(pointer, host, host.utf8.count, 0, nil) == 1
    }
}

extension Certificate {
    /// The digest of an RSA signature.
    package enum SignatureDigest: Sendable { case sha1, sha256 }

    /// Whether `signature` is this certificate's RSA signature (PKCS #1 v1.5) of the message; false for keys that are not RSA.
    ///
    /// SHA-1 is here because Amazon SNS still signs with it unless a topic says otherwise.
    package func isValidSignature(
        _ signature: some Collection<UInt8>,
        of message: some Collection<UInt8>,
        digest: SignatureDigest
    ) -> Bool {
        guard let key = X509_get0_pubkey(pointer), EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return false }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        let algorithm = digest == .sha1 ? DigestAlgorithm.sha1 : DigestAlgorithm.sha256
        guard EVP_DigestVerifyInit(context, nil, algorithm.pointer, nil, key) == 1 else { return false }
        return signature.withContiguousBytes { signature in
            message.withContiguousBytes { message in
                EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
            }
        }
    }
}
