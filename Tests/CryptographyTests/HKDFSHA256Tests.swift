import Cryptography
import Testing

@Suite struct HKDFSHA256Tests {
    @Test("the first test case of RFC 5869, with salt and info")
    func basic() {
        let key = HKDFSHA256.deriveKey(
            from: [UInt8](repeating: 0x0b, count: 22),
            salt: [UInt8](0x00...0x0c),
            info: [UInt8](0xf0...0xf9),
            byteCount: 42
        )
        #expect(Hexadecimal.encode(key) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    }

    @Test("the second test case of RFC 5869, with longer inputs")
    func longer() {
        let key = HKDFSHA256.deriveKey(
            from: [UInt8](0x00...0x4f),
            salt: [UInt8](0x60...0xaf),
            info: [UInt8](0xb0...0xff),
            byteCount: 82
        )
        let expected =
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        #expect(Hexadecimal.encode(key) == expected)
    }

    @Test("the third test case of RFC 5869, without salt and info")
    func empty() {
        let key = HKDFSHA256.deriveKey(from: [UInt8](repeating: 0x0b, count: 22), info: [UInt8](), byteCount: 42)
        #expect(Hexadecimal.encode(key) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
    }
}
