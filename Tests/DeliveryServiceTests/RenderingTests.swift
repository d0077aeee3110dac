import Contracts
import Model
import Testing
import Tokens

@testable import DeliveryService

@Suite("Rendering a campaign for a recipient")
struct RenderingTests {
    private let verifier: TokenVerifier
    private let campaignLinks: MessageLinks
    private let previewLinks: MessageLinks

    init() throws {
        let keys = try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))])
        let links = try #require(TrackingLinks(publicURL: "https://mail.example.org", signer: TokenSigner(keys: keys)))
        verifier = TokenVerifier(keys: keys)
        campaignLinks = MessageLinks(links: links, kind: .campaign)
        previewLinks = MessageLinks(links: links, kind: .preview)
    }

    private func render(_ content: CampaignContent, _ mergeFields: String = "{}") throws -> (subject: String, html: String, text: String) {
        let rendered = try CompiledCampaign(content)
            .render(messageID: 42, contactID: 9, email: "ann@example.com", mergeFields: mergeFields, links: campaignLinks)
        return (
            rendered.subject, String(decoding: rendered.html ?? [], as: UTF8.self), String(decoding: rendered.text ?? [], as: UTF8.self)
        )
    }

    private func message(_ content: CampaignContent, _ mergeFields: String = "{}", email: String = "ann@example.com") throws -> String {
        let message = try CompiledCampaign(content)
            .message(recipientID: 42, contactID: 9, attempt: 3, email: email, mergeFields: mergeFields, links: campaignLinks)
        #expect(message.tags.map(\.name) == ["m", "a"] && message.tags.map(\.value) == ["c-42", "3"])
        return String(decoding: message.bytes, as: UTF8.self)
    }

    /// The first token behind a prefix, 39 characters long.
    private func token(_ prefix: String, in text: String) throws -> Substring {
        let start = try #require(text.firstRange(of: prefix)?.upperBound)
        return text[start...].prefix(39)
    }

    @Test("merge fields stand in subject, HTML and text; HTML is escaped, text is not")
    func personalised() throws {
        let content = CampaignContent.fixture(
            subject: "For {{ contact.attributes.name }}",
            html: "<html><body><p>{{ contact.attributes.name }} {{ contact.email }} {{ campaign.external_key }}</p></body></html>",
            text: "Dear {{ contact.attributes.name }}"
        )
        let rendered = try render(content, #"{"attributes":{"name":"<Ann & Bob>"}}"#)
        #expect(rendered.subject == "For <Ann & Bob>")
        #expect(rendered.html.contains("<p>&lt;Ann &amp; Bob&gt; ann@example.com spring</p>"))
        #expect(rendered.text.hasPrefix("Dear <Ann & Bob>"))
    }

    @Test("a link leads to its own URL through a token that verifies for exactly that URL")
    func links() throws {
        let html = try render(.fixture()).html
        let token = try token("https://mail.example.org/t/c/", in: html)
        #expect(verifier.verify(token, purpose: .click, url: "https://example.com/x?a=1&b=2")?.messageID == 42)
        #expect(verifier.verify(token, purpose: .click, url: "https://example.com/other") == nil)
        #expect(html.contains("u=https%3A%2F%2Fexample.com%2Fx%3Fa%3D1%26b%3D2"))
    }

    @Test("the pixel and the footer stand before the end of the body, the preheader at its beginning (D18)")
    func places() throws {
        let content = CampaignContent.fixture(
            previewText: "Look {{ contact.attributes.name }} <b>",
            html: "<html><body class=a><p>x</p></body></html>"
        )
        let html = try render(content, #"{"attributes":{"name":"Ann"}}"#).html
        let parts = ["<body class=a>", "Look Ann &lt;b&gt;", "<p>x</p>", "/unsubscribe/", "/t/o/", "</body>"]
        let positions = try parts.map { try #require(html.firstRange(of: $0)?.lowerBound, "\($0)") }
        #expect(positions == positions.sorted())
        #expect(verifier.verify(try token("/t/o/", in: html), purpose: .open)?.messageID == 42)
        #expect(verifier.verify(try token("/unsubscribe/", in: html), purpose: .unsubscribe)?.messageID == 42)
    }

    @Test("an author's own unsubscribe link is the only one")
    func ownFooter() throws {
        let content = CampaignContent.fixture(html: #"<html><body><a href="{{ unsubscribe_url }}">go</a></body></html>"#)
        let html = try render(content).html
        #expect(html.ranges(of: "/unsubscribe/").count == 1)
        #expect(verifier.verify(try token("/unsubscribe/", in: html), purpose: .unsubscribe)?.messageID == 42)
    }

    @Test("without a text body the text is made from the HTML, and always has an unsubscribe link")
    func text() throws {
        let made = try render(.fixture(), #"{"attributes":{}}"#).text
        #expect(made.contains("Hi") && made.contains("https://mail.example.org/unsubscribe/") && !made.contains("<p>"))
        let given = try render(.fixture(html: "", text: "Bye {{ unsubscribe_url }}")).text
        #expect(given.ranges(of: "/unsubscribe/").count == 1)
    }

    @Test("without tracking no link is rewritten and there is no pixel")
    func untracked() throws {
        var content = CampaignContent.fixture()
        content.trackOpens = false
        content.trackClicks = false
        let html = try render(content).html
        #expect(html.contains(#"href="https://example.com/x?a=1&amp;b=2""#) && !html.contains("/t/"))
    }

    @Test("a missing variable is empty, or with strict variables an error with field and line")
    func strict() throws {
        #expect(try render(.fixture(subject: "a{{ contact.attributes.nope }}b")).subject == "ab")
        let content = CampaignContent.fixture(subject: "s", text: "one\ntwo {{ contact.attributes.nope }}", strictVariables: true)
        #expect {
            try self.render(content)
        } throws: { error in
            guard let fault = error as? ContentFault else { return false }
            return fault.field == "text_body" && fault.code == "render_failed" && fault.reason.hasPrefix("line 2, ")
        }
    }

    @Test("a fault of a template names its field and place when it is compiled")
    func invalidTemplate() {
        #expect {
            try CompiledCampaign(.fixture(html: "<p>\n{% if %}</p>"))
        } throws: { error in
            guard let fault = error as? ContentFault else { return false }
            return fault.field == "html_body" && fault.code == "invalid_template" && fault.reason.hasPrefix("line 2, ")
        }
    }

    @Test("a merge field cannot add a header or a second recipient")
    func injection() throws {
        let evil = #"{"attributes":{"name":"x\r\nBcc: victim@example.com\r\n\r\nbody"}}"#
        let text = try message(.fixture(previewText: "{{ contact.attributes.name }}"), evil)
        let head = try #require(text.firstRange(of: "\r\n\r\n")?.lowerBound)
        #expect(!text[..<head].lowercased().contains("\r\nbcc:"))
        #expect(text[..<head].contains("Subject: =?UTF-8?Q?Hello_x__Bcc:_victim@example.com"))
        #expect(throws: ContentFault.self) { try message(.fixture(), email: "a@example.com\r\nBcc: b@example.com") }
    }

    @Test("the message has one-click unsubscribe with a token of this row, and one Message-ID for all attempts")
    func headers() throws {
        let first = try message(.fixture())
        #expect(first.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"))
        let head = try #require(first.firstRange(of: "\r\n\r\n")?.lowerBound)
        let unfolded = String(first[..<head]).replacing("\r\n ", with: " ")
        #expect(verifier.verify(try token("/unsubscribe/", in: unfolded), purpose: .unsubscribe)?.messageID == 42)
        func identity(_ text: String) -> Substring? { text.split(separator: "\r\n").first { $0.hasPrefix("Message-ID") } }
        let second = try message(.fixture())
        #expect(identity(first) != nil && identity(first) == identity(second))
    }

    @Test("a test copy says so, and its tokens count nothing")
    func testCopy() throws {
        let message = try CompiledCampaign(.fixture(subject: "Hello you")).testMessage(
            email: "ann@example.com",
            previewID: 1,
            links: previewLinks
        )
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(text.contains("Subject: [Test] Hello you"))
        #expect(message.tags.count == 1 && message.tags[0].value.hasPrefix("t-"))
        let html = try CompiledCampaign(.fixture())
            .render(messageID: 1, contactID: 1, email: "ann@example.com", mergeFields: "{}", links: previewLinks).html
        let token = try token("/t/o/", in: String(decoding: html ?? [], as: UTF8.self))
        #expect(verifier.verify(token, purpose: .open) == nil)
        guard case .preview = verifier.verification(of: token, purpose: .open) else {
            Issue.record("not a preview token")
            return
        }
    }
}
