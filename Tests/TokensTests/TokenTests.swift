import Testing
import Tokens

@Suite struct TokenTests {
    let keys: TokenKeys
    let signer: TokenSigner
    let verifier: TokenVerifier

    init() throws {
        keys = try TokenKeys([(7, [UInt8](repeating: 1, count: 32))])
        signer = TokenSigner(keys: keys)
        verifier = TokenVerifier(keys: keys)
    }

    @Test("a token gives back what was signed", arguments: TokenPurpose.allCases)
    func roundTrip(purpose: TokenPurpose) {
        for (id, link) in [(1, 0), (Int64.max, UInt16.max), (123_456_789, 42)] as [(Int64, UInt16)] {
            let text = signer.sign(purpose, kind: .campaign, messageID: id, link: link)
            #expect(text.utf8.count == 39)
            #expect(verifier.verify(text, purpose: purpose) == Token(keyID: 7, kind: .campaign, messageID: id, link: link))
        }
        let transactional = signer.sign(purpose, kind: .transactional, messageID: 5)
        #expect(verifier.verify(transactional, purpose: purpose)?.kind == .transactional)
    }

    @Test("a token of one purpose never serves another")
    func purposes() {
        for signed in TokenPurpose.allCases {
            let text = signer.sign(signed, kind: .campaign, messageID: 9)
            for asked in TokenPurpose.allCases where asked != signed {
                #expect(verifier.verification(of: text, purpose: asked) == .foreign)
            }
        }
        let texts = TokenPurpose.allCases.map { signer.sign($0, kind: .campaign, messageID: 9) }
        #expect(Set(texts).count == texts.count)
    }

    @Test("every changed bit makes a token foreign")
    func bitFlips() {
        let text = signer.sign(.unsubscribe, kind: .campaign, messageID: 77, link: 3)
        let bytes = Array(text.utf8)
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(verifier.verification(of: String(decoding: changed, as: UTF8.self), purpose: .unsubscribe) == .foreign)
        }
    }

    @Test("a cut or lengthened token is foreign, and so is any other text")
    func truncation() {
        let text = signer.sign(.open, kind: .campaign, messageID: 77)
        for length in 0..<text.utf8.count { #expect(verifier.verify(text.prefix(length), purpose: .open) == nil) }
        for other in [text + "A", text + "=", "=" + text, "", "é", String(repeating: "A", count: 39), String(repeating: "_", count: 39)] {
            #expect(verifier.verify(other, purpose: .open) == nil)
        }
        #expect(verifier.verify((text + ".gif").dropLast(4), purpose: .open) != nil)
    }

    @Test("the code covers the URL of a click")
    func clickURL() {
        let url = "https://example.org/a?b=c&d=é#f"
        let text = signer.sign(.click, kind: .campaign, messageID: 1, link: 2, url: url)
        #expect(verifier.verify(text, purpose: .click, url: url)?.link == 2)
        for other in ["https://example.org/a", url + "x", url.uppercased(), ""] {
            #expect(verifier.verification(of: text, purpose: .click, url: other) == .foreign)
        }
        #expect(verifier.verify(text, purpose: .click) == nil)
        let bare = signer.sign(.click, kind: .campaign, messageID: 1, link: 2)
        #expect(verifier.verify(bare, purpose: .click, url: "") == nil)
    }

    @Test("a preview's token is ours but never valid, so it can never count")
    func preview() {
        let text = signer.sign(.open, kind: .preview, messageID: 3)
        #expect(verifier.verify(text, purpose: .open) == nil)
        #expect(verifier.verification(of: text, purpose: .open) == .preview(Token(keyID: 7, kind: .preview, messageID: 3)))
        #expect(verifier.verification(of: text, purpose: .click) == .foreign)
    }

    @Test("old keys go on verifying, new tokens use the current one, unknown ids are foreign")
    func rotation() throws {
        let rotated = try TokenKeys([(8, [UInt8](repeating: 2, count: 32)), (7, [UInt8](repeating: 1, count: 32))])
        let old = signer.sign(.open, kind: .campaign, messageID: 4)
        #expect(TokenVerifier(keys: rotated).verify(old, purpose: .open)?.keyID == 7)
        let new = TokenSigner(keys: rotated).sign(.open, kind: .campaign, messageID: 4)
        #expect(TokenVerifier(keys: rotated).verify(new, purpose: .open)?.keyID == 8)
        #expect(verifier.verify(new, purpose: .open) == nil)
        let otherSecret = try TokenKeys([(7, [UInt8](repeating: 9, count: 32))])
        #expect(TokenVerifier(keys: otherSecret).verify(old, purpose: .open) == nil)
    }

    @Test("the form of a token is fixed: mail that was sent must go on working")
    func golden() {
        #expect(signer.sign(.open, kind: .campaign, messageID: 1, link: 2) == "AQcBAAAAAAAAAAEAAiIZAMCiHFqs1DF1fAcN4LQ")
        let click = signer.sign(.click, kind: .transactional, messageID: 1, link: 2, url: "https://example.org/")
        #expect(click == "AQcCAAAAAAAAAAEAAtZgCuDgVLUBXD8fBzOF044")
    }
}
