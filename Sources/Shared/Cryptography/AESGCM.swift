import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): encrypts, and notices any change.
///
/// A sealed box is nonce (12 bytes), ciphertext, tag (16 bytes). With random nonces one key serves up to 2^32 boxes.
package enum AESGCM {
    package static let keyByteCount = 32
    package static let nonceByteCount = 12
    package static let tagByteCount = 16

    // The algorithm is looked up once; an EVP_CIPHER is immutable and this one is never freed.
    private struct Algorithm: @unchecked Sendable { let pointer: OpaquePointer? }
    private static let algorithm = Algorithm(pointer: EVP_CIPHER_fetch(nil, "AES-256-GCM", nil))

    /// Encrypts the bytes and binds them to `authenticated`, which is not stored and must be given again to ``open(_:key:authenticated:)``.
    package static func seal(
        _ plaintext: some Collection<UInt8>,
        key: [UInt8],
        authenticated: some Collection<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        try seal(plaintext, key: key, nonce: SecureRandom.bytes(nonceByteCount), authenticated: authenticated)
    }

    /// The same with a nonce of the caller, which must never be used twice with one key.
    static func seal(
        _ plaintext: some Collection<UInt8>,
        key: [UInt8],
        nonce: [UInt8],
        authenticated: some Collection<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        guard nonce.count == nonceByteCount else { throw .invalidParameter("length of a nonce") }
        let context = try context(key: key, nonce: nonce, encrypting: true)
        defer { EVP_CIPHER_CTX_free(context) }
        try authenticate(authenticated, in: context)
        let ciphertext = try transform(plaintext, in: context)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var unused: Int32 = 0
        var nothing: UInt8 = 0
        guard EVP_CipherFinal_ex(context, &nothing, &unused) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag) == 1
        else { throw .fromOpenSSL("AES-GCM") }
        return nonce + ciphertext + tag
    }

    /// The plaintext of a sealed box; throws ``CryptographyError/authenticationFailed`` when anything in it was changed.
    package static func open(
        _ box: some Collection<UInt8>,
        key: [UInt8],
        authenticated: some Collection<UInt8>
    ) throws(CryptographyError) -> [UInt8] {
        let box = Array(box)
        guard box.count >= nonceByteCount + tagByteCount else { throw .authenticationFailed }
        let context = try context(key: key, nonce: Array(box.prefix(nonceByteCount)), encrypting: false)
        defer { EVP_CIPHER_CTX_free(context) }
        try authenticate(authenticated, in: context)
        let plaintext = try transform(box[nonceByteCount..<(box.count - tagByteCount)], in: context)
        var tag = Array(box.suffix(tagByteCount))
        var unused: Int32 = 0
        var nothing: UInt8 = 0
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1,
            EVP_CipherFinal_ex(context, &nothing, &unused) == 1
        else {
            ERR_clear_error()
            throw .authenticationFailed
        }
        return plaintext
    }

    private static func context(key: [UInt8], nonce: [UInt8], encrypting: Bool) throws(CryptographyError) -> OpaquePointer {
        guard key.count == keyByteCount else { throw .invalidParameter("an AES-256 key has 32 bytes") }
        guard let context = EVP_CIPHER_CTX_new() else { throw .fromOpenSSL("AES-GCM") }
        guard EVP_CipherInit_ex2(context, algorithm.pointer, key, nonce, encrypting ? 1 : 0, nil) == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw .fromOpenSSL("AES-GCM")
        }
        return context
    }

    private static func authenticate(_ data: some Collection<UInt8>, in context: OpaquePointer) throws(CryptographyError) {
        guard data.count <= Int(Int32.max) else { throw .invalidParameter("length of additional data") }
        var count: Int32 = 0
        let done = data.withContiguousBytes { EVP_CipherUpdate(context, nil, &count, $0.baseAddress, Int32($0.count)) }
        guard data.isEmpty || done == 1 else { throw .fromOpenSSL("AES-GCM") }
    }

    private static func transform(_ bytes: some Collection<UInt8>, in context: OpaquePointer) throws(CryptographyError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        guard bytes.count <= Int(Int32.max) - 64 else { throw .invalidParameter("length of a message") }
        var done: Int32 = 0
        let output = bytes.withContiguousBytes { input in
            [UInt8](unsafeUninitializedCapacity: input.count) { output, initialized in
                var count: Int32 = 0
                done = EVP_CipherUpdate(context, output.baseAddress, &count, input.baseAddress, Int32(input.count))
                initialized = done == 1 ? Int(count) : 0
            }
        }
        guard done == 1 else { throw .fromOpenSSL("AES-GCM") }
        return output
    }
}
