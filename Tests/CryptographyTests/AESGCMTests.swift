import Testing

@testable import Cryptography

@Suite struct AESGCMTests {
    static let key = Hexadecimal.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308") ?? []
    static let nonce = Hexadecimal.decode("cafebabefacedbaddecaf888") ?? []
    static let additional = Hexadecimal.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2") ?? []
    static let plaintext =
        Hexadecimal.decode(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ) ?? []

    @Test("test case 16 of the GCM specification")
    func vector() throws {
        let box = try AESGCM.seal(Self.plaintext, key: Self.key, nonce: Self.nonce, authenticated: Self.additional)
        #expect(
            Hexadecimal.encode(box.dropFirst(12))
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"
        )
        #expect(try AESGCM.open(box, key: Self.key, authenticated: Self.additional) == Self.plaintext)
    }

    @Test("every changed bit is noticed, and so is a short box, another key or other additional data")
    func tampering() throws {
        let box = try AESGCM.seal("secret".utf8, key: Self.key, authenticated: "row 1".utf8)
        #expect(try AESGCM.open(box, key: Self.key, authenticated: "row 1".utf8) == Array("secret".utf8))
        for bit in 0..<(box.count * 8) {
            var changed = box
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: CryptographyError.authenticationFailed) {
                try AESGCM.open(changed, key: Self.key, authenticated: "row 1".utf8)
            }
        }
        for length in 0..<box.count {
            #expect(throws: CryptographyError.authenticationFailed) {
                try AESGCM.open(box.prefix(length), key: Self.key, authenticated: "row 1".utf8)
            }
        }
        #expect(throws: CryptographyError.authenticationFailed) { try AESGCM.open(box, key: Self.key, authenticated: "row 2".utf8) }
        let other = [UInt8](repeating: 1, count: 32)
        #expect(throws: CryptographyError.authenticationFailed) { try AESGCM.open(box, key: other, authenticated: "row 1".utf8) }
    }

    @Test("nothing at all can be sealed; a key of the wrong length is refused; nonces differ")
    func edges() throws {
        let empty = try AESGCM.seal([UInt8](), key: Self.key, authenticated: [UInt8]())
        #expect(empty.count == 28)
        #expect(try AESGCM.open(empty, key: Self.key, authenticated: [UInt8]()) == [])
        #expect(try AESGCM.seal([UInt8](), key: Self.key, authenticated: [UInt8]()) != empty)
        #expect(throws: CryptographyError.self) { try AESGCM.seal([1], key: [1, 2, 3], authenticated: [UInt8]()) }
    }
}
