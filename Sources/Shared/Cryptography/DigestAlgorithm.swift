import COpenSSL

/// A message digest that OpenSSL looked up once for the whole process.
///
/// Looking an algorithm up costs more than hashing a short message, so nothing here does it per call.
struct DigestAlgorithm: @unchecked Sendable {
    // Sendable: an EVP_MD is immutable once fetched, and these are never freed.
    let pointer: OpaquePointer

    static let sha256 = DigestAlgorithm(named: "SHA256")
    static let sha1 = DigestAlgorithm(named: "SHA1")
    static let md5 = DigestAlgorithm(named: "MD5")

    private init(named name: String) {
        guard let pointer = EVP_MD_fetch(nil, name, nil) else { preconditionFailure("OpenSSL has no \(name)") }
        self.pointer = pointer
    }
}
