import Contracts
import Model
import Tokens

/// Makes events of pixel requests that were read by hand; does what ``PublicLinks/open(_:)`` does.
struct PixelLinks: Sendable {
    let verifier: TokenVerifier
    let intake: EventIntake
    var proxies = TrustedProxies.none

    /// Nil for a token that is not ours or that never counts.
    func event(_ request: PixelRequest, from address: String) -> TrackingEvent? {
        guard request.token.hasSuffix(".gif"), let token = verifier.verify(request.token.dropLast(4), purpose: .open),
            let kind = token.kind.tracked
        else { return nil }
        return TrackingEvent(
            eventID: EventID.make(),
            type: .open,
            messageKind: kind,
            messageID: token.messageID,
            link: 0,
            url: "",
            userAgent: String(request.userAgent.prefix(PublicLinks.maximumUserAgent)),
            address: address,
            method: request.isHead ? "HEAD" : "GET",
            occurredAt: .now()
        )
    }
}
