import Email
import Testing

@Suite("Email addresses") struct EmailAddressTests {
    @Test(
        "addresses are trimmed, case-folded and their domains turned to punycode",
        arguments: [
            ("a@x.org", "a@x.org"), ("  Ann.Lee+News@Example.COM\r\n", "ann.lee+news@example.com"), ("\u{A0}a@x.org\u{FEFF}", "a@x.org"),
            ("x@bücher.example", "x@xn--bcher-kva.example"), ("X@BÜCHER.Example", "x@xn--bcher-kva.example"),
            ("x@faß.de", "x@xn--fa-hia.de"), ("x@例え。テスト", "x@xn--r8jz45g.xn--zckzah"),
            ("x@XN--BCHER-KVA.example", "x@xn--bcher-kva.example"),
            ("!#$%&'*+-/=?^_`{|}~@x.org", "!#$%&'*+-/=?^_`{|}~@x.org"), ("a@x-y.1.org", "a@x-y.1.org"),
        ]
    )
    func accepted(text: String, normalized: String) throws {
        #expect(try EmailAddress(text).normalized == normalized)
        #expect(try EmailAddress(utf8: Array(text.utf8)).normalized == normalized)
    }

    @Test("the original spelling is kept and the wire form keeps the case of the local part")
    func original() throws {
        let address = try EmailAddress(" Ann@Bücher.Example ")
        #expect(address.original == "Ann@Bücher.Example")
        #expect(address.wireForm == "Ann@xn--bcher-kva.example")
        #expect(address.localPart == "ann")
        #expect(address.domain == "xn--bcher-kva.example")
        #expect(try address == EmailAddress("ANN@xn--bcher-kva.example"))
    }

    @Test(
        "each fault has its own reason",
        arguments: [
            ("", EmailAddressError.empty), (" \t", .empty), ("plain", .missingAt), ("a@b@c.org", .severalAt), ("@x.org", .emptyLocalPart),
            ("jürgen@x.org", .nonASCIILocalPart), ("\"a b\"@x.org", .quotedLocalPart), ("a(b)@x.org", .invalidLocalPart),
            ("<a@x.org>", .invalidLocalPart), (".a@x.org", .misplacedDot), ("a.@x.org", .misplacedDot), ("a..b@x.org", .misplacedDot),
            ("a@", .emptyDomain), ("a@x..org", .emptyLabel), ("a@.org", .emptyLabel), ("a@x.org.", .emptyLabel),
            ("a@localhost", .domainWithoutDot),
            ("a@[192.0.2.1]", .domainLiteral), ("a@192.0.2.1", .domainLiteral), ("a@x_y.org", .invalidDomain), ("a@-x.org", .invalidDomain),
            ("a@x-.org", .invalidDomain), ("a@x.org-", .invalidDomain), ("a@x\u{0}y.org", .controlCharacter),
            ("a\r\nb@x.org", .controlCharacter),
            ("a b@x.org", .whitespace), ("a@x.org, b@x.org", .whitespace), ("a@xn--a.org", .invalidInternationalDomain),
            ("a@é\u{200D}.org", .invalidInternationalDomain), ("é", .missingAt), ("a@é@é.org", .severalAt),
        ]
    )
    func refused(text: String, error: EmailAddressError) {
        #expect(throws: error) { try EmailAddress(text) }
    }

    @Test("the limits hold exactly: 64 before the @, 63 a label, 254 in all")
    func limits() throws {
        let local = String(repeating: "a", count: 64)
        let label = String(repeating: "b", count: 63)
        #expect(throws: Never.self) { try EmailAddress("\(local)@\(label).org") }
        #expect(throws: EmailAddressError.localPartTooLong) { try EmailAddress("a\(local)@x.org") }
        #expect(throws: EmailAddressError.labelTooLong) { try EmailAddress("a@b\(label).org") }
        #expect(throws: EmailAddressError.labelTooLong) { try EmailAddress("a@\(String(repeating: "é", count: 64)).org") }
        let domain = "\(label).\(label).\(label)"  // 191 bytes, so 62 before the @ make 254
        #expect(throws: Never.self) { try EmailAddress("\(local.prefix(62))@\(domain)") }
        #expect(throws: EmailAddressError.tooLong) { try EmailAddress("\(local.prefix(63))@\(domain)") }
        #expect(throws: EmailAddressError.domainTooLong) { try EmailAddress("a@\(domain).\(label).\(label)") }
        #expect(throws: EmailAddressError.tooLong) { try EmailAddress("é@" + String(repeating: "a.", count: 100_000) + "org") }
    }

    @Test("random bytes give an address or a reason, and what is accepted is accepted again unchanged")
    func random() throws {
        var random = SeededGenerator(state: 11)
        let pieces = ["a", "B", ".", "@", "-", "é", "ß", "\u{0}", " ", "xn--", "1", "\"", "<", "\u{200D}", "。", "x.org"]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let address = try? EmailAddress(text) else { continue }
            #expect(try EmailAddress(address.normalized).normalized == address.normalized)
            #expect(address.normalized.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }
}
