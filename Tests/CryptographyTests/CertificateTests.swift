import Cryptography
import Testing

@Suite struct CertificateTests {
    @Test("RSA signatures with SHA-1 and SHA-256 verify, each with its own digest only")
    func signatures() throws {
        let leaf = try Certificate(pem: CertificateFixtures.leaf)
        let message = Array(CertificateFixtures.message.utf8)
        let sha1 = try #require(Base64.standard.decode(CertificateFixtures.sha1Signature))
        let sha256 = try #require(Base64.standard.decode(CertificateFixtures.sha256Signature))
        #expect(leaf.isValidSignature(sha1, of: message, digest: .sha1))
        #expect(leaf.isValidSignature(sha256, of: message, digest: .sha256))
        #expect(!leaf.isValidSignature(sha1, of: message, digest: .sha256))
        #expect(!leaf.isValidSignature(sha256, of: message, digest: .sha1))
        #expect(!leaf.isValidSignature(sha256, of: message + [0x0A], digest: .sha256))
        #expect(!leaf.isValidSignature([UInt8](), of: message, digest: .sha256))
        for index in sha256.indices {
            var changed = sha256
            changed[index] ^= 0x80
            #expect(!leaf.isValidSignature(changed, of: message, digest: .sha256))
        }
        let root = try Certificate(pem: CertificateFixtures.root)
        #expect(!root.isValidSignature(sha256, of: message, digest: .sha256))
    }

    @Test("a key that is not RSA never verifies")
    func ellipticCurve() throws {
        let certificate = try Certificate(pem: CertificateFixtures.ellipticCurve)
        #expect(!certificate.isValidSignature([UInt8](repeating: 1, count: 64), of: [1], digest: .sha256))
    }

    @Test("validity and host name are checked")
    func validity() throws {
        let leaf = try Certificate(pem: CertificateFixtures.leaf)
        #expect(leaf.isValid(atUnixTime: CertificateFixtures.time))
        #expect(!leaf.isValid(atUnixTime: 1_000_000_000))
        #expect(!leaf.isValid(atUnixTime: 6_000_000_000))
        #expect(leaf.matches(host: CertificateFixtures.host))
        #expect(!leaf.matches(host: "sns.us-east-1.amazonaws.test"))
        #expect(!leaf.matches(host: ""))
        #expect(!leaf.matches(host: CertificateFixtures.host + "\0.evil.test"))
    }

    @Test("a chain must lead to a trusted authority, for the host, at the time")
    func chain() throws {
        let leaf = try Certificate(pem: CertificateFixtures.leaf)
        let trusted = try CertificateAuthorities([Certificate(pem: CertificateFixtures.root)])
        try trusted.verify(leaf, host: CertificateFixtures.host, atUnixTime: CertificateFixtures.time)
        #expect(throws: CryptographyError.self) {
            try trusted.verify(leaf, host: "other.test", atUnixTime: CertificateFixtures.time)
        }
        #expect(throws: CryptographyError.self) {
            try trusted.verify(leaf, host: CertificateFixtures.host, atUnixTime: 1_000_000_000)
        }
        #expect(throws: CryptographyError.self) {
            try CertificateAuthorities([]).verify(leaf, host: CertificateFixtures.host, atUnixTime: CertificateFixtures.time)
        }
        #expect(throws: CryptographyError.self) {
            try CertificateAuthorities().verify(leaf, host: CertificateFixtures.host, atUnixTime: CertificateFixtures.time)
        }
    }

    @Test("several certificates of one text are read in order")
    func bundle() throws {
        let all = try Certificate.parse(pem: CertificateFixtures.leaf + "\n" + CertificateFixtures.root)
        #expect(all.count == 2)
        #expect(all.first?.matches(host: CertificateFixtures.host) == true)
    }

    @Test(
        "what is no certificate is a clear error",
        arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    )
    func malformed(text: String) {
        #expect(throws: CryptographyError.self) { try Certificate(pem: text) }
    }
}
