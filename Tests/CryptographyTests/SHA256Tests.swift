import Cryptography
import Testing

@Suite struct SHA256Tests {
    @Test(
        "hashes equal the examples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func examples(text: String, hash: String) {
        #expect(SHA256.hexadecimalHash(text.utf8) == hash)
        #expect(SHA256.hexadecimalHash(Array(text.utf8)) == hash)
        #expect(SHA256.hexadecimalHash(text.utf8.reversed().reversed()) == hash)
    }

    @Test("a million letters in pieces hash as FIPS 180-4 says, and the hasher begins anew")
    func pieces() {
        let hasher = StreamingSHA256()
        for _ in 0..<1_000 { hasher.update([UInt8](repeating: 0x61, count: 1_000)) }
        #expect(Hexadecimal.encode(hasher.finalize()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        hasher.update("abc".utf8)
        #expect(hasher.finalize() == SHA256.hash("abc".utf8))
    }
}
