import Contracts
import Foundation
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing
import Tokens

@testable import DeliveryService

@Suite("Previews and test messages", .database(DeliveryBench.migrations))
struct PreviewTests {
    private let bench: DeliveryBench
    private let transport = ScriptedTransport()
    private let handlers: DeliveryHandlers

    init() throws {
        bench = try DeliveryBench()
        handlers = DeliveryHandlers(
            database: bench.database,
            transport: transport,
            previewLinks: MessageLinks(links: bench.links, kind: .preview),
            limiter: AccountRateKeeper(database: bench.database, transport: transport, configuredRate: nil, logger: .silent),
            outbox: bench.outbox,
            wake: {}
        )
    }

    private func content() -> CampaignContent {
        var content = CampaignContent.fixture(html: #"<p><a href="{{ view_url }}">view</a> <a href="{{ preferences_url }}">choose</a></p>"#)
        content.campaignID = CampaignID(77)
        return content
    }

    /// What a page's token is and of which campaign.
    private func expectPreview(_ place: String, _ purpose: TokenPurpose, in html: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let start = try #require(html.firstRange(of: place)?.upperBound)
        let found = TokenVerifier(keys: bench.keys).verification(of: html[start...].prefix(39), purpose: purpose)
        guard case .preview(let token) = found else {
            Issue.record("\(found)", sourceLocation: sourceLocation)
            return
        }
        #expect(token.messageID == 77, sourceLocation: sourceLocation)
    }

    @Test("the pages of a preview know the campaign, and their tokens count nothing")
    func preview() throws {
        let html = try handlers.preview(PreviewCampaign(content: content())).htmlBody
        try expectPreview("/v/", .view, in: html)
        try expectPreview("/preferences/", .preferences, in: html)
        try expectPreview("/t/o/", .open, in: html)
    }

    @Test("with a recipient the links are that mail's own")
    func recipient() throws {
        let call = PreviewCampaign(content: content(), recipientID: RecipientID(5), contactID: ContactID(6))
        let html = try handlers.preview(call).htmlBody
        let start = try #require(html.firstRange(of: "/v/")?.upperBound)
        #expect(TokenVerifier(keys: bench.keys).verify(html[start...].prefix(39), purpose: .view)?.messageID == 5)
    }

    @Test("a test message's links are those of a preview")
    func testMessage() async throws {
        let limiter = handlers.limiter
        try await limiter.learn()
        _ = try await handlers.sendTest(SendCampaignTest(content: content(), emails: ["ann@example.com"]))
        let message = try #require(transport.messages.first)
        let text = String(decoding: message.bytes, as: UTF8.self).replacing("=\r\n", with: "")
        try expectPreview("/v/", .view, in: text)
    }
}
