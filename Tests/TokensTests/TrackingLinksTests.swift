import Testing
import Tokens

@Suite struct TrackingLinksTests {
    let keys: TokenKeys
    let links: TrackingLinks

    init() throws {
        keys = try TokenKeys([(1, [UInt8](repeating: 1, count: 32))])
        links = try #require(TrackingLinks(publicURL: "https://mail.example.org/base/", signer: TokenSigner(keys: keys)))
    }

    @Test("each link has its place and a token of its purpose")
    func places() throws {
        let verifier = TokenVerifier(keys: keys)
        let open = links.open(kind: .campaign, messageID: 6)
        #expect(open.hasPrefix("https://mail.example.org/base/t/o/") && open.hasSuffix(".gif"))
        #expect(verifier.verify(open.dropLast(4).suffix(39), purpose: .open)?.messageID == 6)
        let unsubscribe = links.unsubscribe(kind: .transactional, messageID: 6)
        #expect(unsubscribe.hasPrefix("https://mail.example.org/base/unsubscribe/"))
        #expect(verifier.verify(unsubscribe.suffix(39), purpose: .unsubscribe)?.kind == .transactional)
        let preferences = links.preferences(kind: .transactional, messageID: 6)
        #expect(preferences.hasPrefix("https://mail.example.org/base/preferences/"))
        #expect(verifier.verify(preferences.suffix(39), purpose: .preferences)?.messageID == 6)
        #expect(verifier.verify(preferences.suffix(39), purpose: .unsubscribe) == nil)
        #expect(verifier.verify(unsubscribe.suffix(39), purpose: .preferences) == nil)
    }

    @Test("a click link carries its URL encoded so that it comes back byte for byte")
    func click() throws {
        let url = "https://example.org/a b?x=1&y=%20é#f+~-._"
        let link = links.click(kind: .campaign, messageID: 6, link: 3, url: url)
        let sides = link.split(separator: "?", omittingEmptySubsequences: false)
        try #require(sides.count == 2)
        #expect(sides[1] == "u=https%3A%2F%2Fexample.org%2Fa%20b%3Fx%3D1%26y%3D%2520%C3%A9%23f%2B~-._")
        #expect(TokenVerifier(keys: keys).verify(sides[0].suffix(39), purpose: .click, url: url)?.link == 3)
    }

    @Test(
        "a base that is no web address is refused",
        arguments: [
            "", "mail.example.org", "ftp://x", "https://", "https:///x", "https://:80", "https://a b", "https://a?x", "https://a#x",
            "https://a\n",
            "javascript:alert(1)", "https://\"",
        ]
    )
    func badBase(base: String) {
        #expect(TrackingLinks(publicURL: base, signer: TokenSigner(keys: keys)) == nil)
    }
}
