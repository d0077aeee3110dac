import Contracts
import JSON
import JSONRPC
import Model
import Tokens

extension DeliveryHandlers {
    /// Stands in preview tokens where a ledger row's id would: the campaign's, so that "view in browser" finds the content.
    ///
    /// Never counted, because the tokens' kind is `preview`.
    private static func previewID(_ content: CampaignContent) -> Int64 { max(content.campaignID.rawValue, 1) }

    func preview(_ call: PreviewCampaign) throws -> RenderedCampaign {
        let rendered = try render(call)
        return RenderedCampaign(
            subject: rendered.subject,
            previewText: rendered.preheader,
            htmlBody: rendered.html.map { String(decoding: $0, as: UTF8.self) } ?? "",
            textBody: rendered.text.map { String(decoding: $0, as: UTF8.self) } ?? ""
        )
    }

    func sendTest(_ call: SendCampaignTest) async throws -> CampaignTestResult {
        let campaign = try compile(call.content)
        var recipients: [CampaignTestRecipient] = []
        for email in call.emails.prefix(25) {
            let message: OutgoingMessage
            do {
                message = try campaign.testMessage(email: email, previewID: Self.previewID(call.content), links: previewLinks)
            } catch {
                throw error.validationFailure
            }
            recipients.append(Self.recipient(email, try await send(message)))
        }
        return CampaignTestResult(recipients: recipients)
    }

    /// Test copies use the share that campaigns leave; an account that takes nothing for longer than they may wait is an error in words.
    private func send(_ message: OutgoingMessage) async throws -> SendResult {
        for _ in 0..<100 {
            switch try await limiter.current.take(1, for: .transactional) {
            case .tokens: return await transport.send(message)
            case .wait(let seconds, let reason) where seconds > 5: return .notSent(reason: reason, hold: .account(seconds: 60))
            case .wait(let seconds, _): try await Task.sleep(for: .seconds(max(seconds, 0.02)))
            }
        }
        return .notSent(reason: "send rate", hold: .throttle)
    }

    /// With the recipient's own links when it is one's mail that is shown.
    private func render(_ call: PreviewCampaign) throws -> RenderedContent {
        let campaign = try compile(call.content)
        do {
            return try campaign.render(
                messageID: call.recipientID?.rawValue ?? Self.previewID(call.content),
                contactID: call.contactID?.rawValue ?? 1,
                email: call.email ?? "preview@example.com",
                mergeFields: call.mergeFields?.text ?? "{}",
                links: call.recipientID == nil ? previewLinks : MessageLinks(links: previewLinks.links, kind: .campaign)
            )
        } catch {
            throw error.validationFailure
        }
    }

    private func compile(_ content: CampaignContent) throws -> CompiledCampaign {
        do {
            return try CompiledCampaign(content)
        } catch {
            throw error.validationFailure
        }
    }

    private static func recipient(_ email: String, _ result: SendResult) -> CampaignTestRecipient {
        switch result {
        case .accepted(let messageID): CampaignTestRecipient(email: email, messageID: messageID, error: "")
        case .refused(let reason), .notSent(let reason, _), .unknown(let reason):
            CampaignTestRecipient(email: email, messageID: "", error: reason)
        }
    }
}
