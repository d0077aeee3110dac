import Cryptography
import Testing

@Suite struct HMACSHA256Tests {
    struct Example: Sendable {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }

    static let examples = [
        Example(
            key: Array(repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Example(
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Example(
            key: Array(repeating: 0xaa, count: 20),
            message: Array(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Example(
            key: Array(repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    @Test("codes equal the test cases of RFC 4231", arguments: examples)
    func codes(example: Example) {
        #expect(Hexadecimal.encode(HMACSHA256.authenticationCode(for: example.message, key: example.key)) == example.code)
        let key = HMACSHA256.Key(example.key)
        for _ in 0..<2 { #expect(Hexadecimal.encode(key.authenticationCode(for: example.message)) == example.code) }
    }

    @Test("a cut code is valid from 16 bytes on, a changed or shorter one is not")
    func validity() {
        let key = HMACSHA256.Key("key".utf8)
        var code = key.authenticationCode(for: "message".utf8)
        #expect(key.isValid(code, for: "message".utf8))
        #expect(key.isValid(code.prefix(16), for: "message".utf8))
        #expect(!key.isValid(code.prefix(15), for: "message".utf8))
        #expect(!key.isValid(code, for: "messages".utf8))
        code[31] ^= 1
        #expect(!key.isValid(code, for: "message".utf8))
    }

    @Test("one key serves many tasks at once")
    func concurrentUse() async {
        let key = HMACSHA256.Key("Jefe".utf8)
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { _ in
                        Hexadecimal.encode(key.authenticationCode(for: "what do ya want for nothing?".utf8)) == expected
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
