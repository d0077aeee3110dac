import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

/// `/v/{token}`: one recipient's mail in a browser, rendered as it was sent.
///
/// The token says whose; it shows that one mail and nothing else. The author's markup is a stranger on our origin: the page may run no
/// script, send no form and load nothing but pictures, styles and fonts.
struct BrowserView: Sendable {
    let verifier: TokenVerifier
    let campaign: any RPCCaller
    let delivery: any RPCCaller

    func page(_ request: GatewayRequest) async -> Response {
        guard let token = verifier.verify(request.parameters["token"] ?? "", purpose: .view), token.kind == .campaign else {
            return Pages.notFound()
        }
        let mail: RecipientMail
        do {
            mail = try await campaign.call(
                GetRecipientMail(recipientID: RecipientID(token.messageID)),
                deadline: .seconds(5),
                idempotencyKey: nil
            )
        } catch {
            if case .failed = error { return Pages.notFound() }
            return Pages.viewUnavailable()
        }
        let preview = PreviewCampaign(
            content: mail.content,
            email: mail.email,
            mergeFields: mail.mergeFields,
            recipientID: RecipientID(token.messageID),
            contactID: mail.contactID
        )
        do {
            return Self.response(try await delivery.call(preview, deadline: .seconds(10), idempotencyKey: nil))
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
