import Cryptography
import Testing

@Suite struct Base64Tests {
    @Test(
        "texts equal the test vectors of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(text: String, encoded: String) {
        let unpadded = encoded.filter { $0 != "=" }
        #expect(Base64.standard.encode(text.utf8) == encoded)
        #expect(Base64.standard.encodeToBytes(text.utf8) == Array(encoded.utf8))
        #expect(Base64.standard.decode(encoded) == Array(text.utf8))
        #expect(Base64.url.encode(text.utf8) == unpadded)
        #expect(Base64.url.decode(unpadded) == Array(text.utf8))
        #expect(Base64.unpadded.decode(unpadded) == Array(text.utf8))
    }

    @Test("each alphabet has its own two last characters")
    func alphabets() {
        #expect(Base64.standard.encode([0xfb, 0xff]) == "+/8=")
        #expect(Base64.url.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64.unpadded.encode([0xfb, 0xff]) == "+/8")
        #expect(Base64.standard.decode("-_8=") == nil)
        #expect(Base64.url.decode("+/8") == nil)
    }

    @Test(
        "anything but the one right text is refused",
        arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "====", "=", "Zm9v\n", " Zm9v", "Zm=v", "Zg==Zg==", "Zm9vé", "Zm9v===="]
    )
    func refused(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test("URL texts with padding or stray bits are refused", arguments: ["Zg==", "Zh", "Zm9", "Z", "Zm9vZ"])
    func refusedURL(text: String) {
        #expect(Base64.url.decode(text) == nil)
    }

    @Test("every length comes back as it was")
    func roundTrip() {
        var bytes: [UInt8] = []
        for length in 0..<260 {
            #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes)
            #expect(Base64.url.decode(Base64.url.encode(bytes)) == bytes)
            bytes.append(UInt8(truncatingIfNeeded: length &* 167 &+ 13))
        }
    }

    @Test("hexadecimal is lower case, and reads both cases but nothing else")
    func hexadecimal() {
        #expect(Hexadecimal.encode([0x00, 0x9f, 0xff]) == "009fff")
        #expect(Hexadecimal.decode("009FfF") == [0x00, 0x9f, 0xff])
        for text in ["0", "0g", "0x", " 00", "é0"] { #expect(Hexadecimal.decode(text) == nil) }
    }
}
