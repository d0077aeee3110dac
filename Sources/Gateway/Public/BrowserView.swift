import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

/// `/v/{token}`: one recipient's mail in a browser, rendered as it was sent, or the content of the campaign that a preview or test message is of.
///
/// The token says which; it shows that one mail and nothing else. The author's markup is a stranger on our origin: the page may run no
/// script, send no form and load nothing but pictures, styles and fonts.
struct BrowserView: Sendable {
    let verifier: TokenVerifier
    let campaign: any RPCCaller
    let delivery: any RPCCaller

    func page(_ request: GatewayRequest) async -> Response {
        switch verifier.verification(of: request.parameters["token"] ?? "", purpose: .view) {
        case .valid(let token) where token.kind == .campaign:
            return await page(GetRecipientMail(recipientID: RecipientID(token.messageID))) { mail in
                PreviewCampaign(
                    content: mail.content,
                    email: mail.email,
                    mergeFields: mail.mergeFields,
                    recipientID: RecipientID(token.messageID),
                    contactID: mail.contactID
                )
            }
        case .preview(let token):
            return await page(GetPreviewContent(campaignID: CampaignID(token.messageID))) { PreviewCampaign(content: $0) }
        case .valid, .foreign: return Pages.notFound()
        }
    }

    private func page<Source: RPCMethod>(_ source: Source, _ preview: (Source.Result) -> PreviewCampaign) async -> Response {
        let found: Source.Result
        do {
            found = try await campaign.call(source, deadline: .seconds(5), idempotencyKey: nil)
        } catch {
            if case .failed = error { return Pages.notFound() }
            return Pages.viewUnavailable()
        }
        do {
            return Self.response(try await delivery.call(preview(found), deadline: .seconds(10), idempotencyKey: nil))
        } catch {
            if case .failed = error { return Pages.notFound() }
            return Pages.viewUnavailable()
        }
    }

    private static func response(_ mail: RenderedCampaign) -> Response {
        var response =
            mail.htmlBody.isEmpty
            ? Response(
                status: .ok,
                headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: mail.textBody))
            ) : Response.html(mail.htmlBody)
        response.headers[HeaderNames.contentSecurityPolicy] =
            "default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src *; form-action 'none'; base-uri 'none'; "
            + "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
        response.headers[HeaderNames.robots] = "noindex, nofollow"
        response.headers[HeaderNames.referrerPolicy] = "no-referrer"
        return response
    }
}
