import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

/// What strangers and mail programs call: pixel, click, unsubscribe.
///
/// Nobody is logged in here; the signed token says everything.
struct PublicLinks: Sendable {
    /// Characters that are kept; real ones are far shorter, and a full batch must fit into a call.
    static let maximumUserAgent = 1_024

    let verifier: TokenVerifier
    let intake: EventIntake
    let audience: any RPCCaller
    let campaign: any RPCCaller

    /// The same image for every token, so that nothing can be learnt from it; an event for a good one, durable before the answer.
    func open(_ request: GatewayRequest) async -> Response {
        let name = request.parameters["token"] ?? ""
        if name.hasSuffix(".gif"), let token = verifier.verify(name.dropLast(4), purpose: .open), let kind = token.kind.tracked {
            _ = await intake.record(event(.open, kind, token, request))
        }
        return Pixel.response
    }

    /// Leads to where the author pointed the link and nowhere else (I8); everything but a link of ours is a page that is not there.
    func click(_ request: GatewayRequest) async throws -> Response {
        guard let url = request.query("u"), Self.isTarget(url) else { return Pages.notFound() }
        switch verifier.verification(of: request.parameters["token"] ?? "", purpose: .click, url: url) {
        case .foreign: return Pages.notFound()
        case .preview: break
        case .valid(let token):
            guard let kind = token.kind.tracked else { break }
            var event = event(.click, kind, token, request)
            event.url = url
            event.link = Int64(token.link)
            _ = await intake.record(event)
        }
        return Response(
            status: .found,
            headers: [
                .location: url, .cacheControl: "no-store", HeaderNames.referrerPolicy: "no-referrer-when-downgrade",
                HeaderNames.robots: "noindex",
            ]
        )
    }

    func event(_ type: TrackingEventType, _ kind: TrackedMessageKind, _ token: Token, _ request: GatewayRequest) -> TrackingEvent {
        TrackingEvent(
            eventID: EventID.make(),
            type: type,
            messageKind: kind,
            messageID: token.messageID,
            link: 0,
            url: "",
            userAgent: String((request.header(.userAgent) ?? "").prefix(Self.maximumUserAgent)),
            address: request.clientAddress,
            method: request.method.rawValue,
            occurredAt: .now()
        )
    }

    /// http or https, and nothing that could break the header.
    private static func isTarget(_ url: String) -> Bool {
        let lowered = url.prefix(8).lowercased()
        return (lowered.hasPrefix("http://") || lowered.hasPrefix("https://")) && url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}

extension MessageKind {
    /// Nil for previews: what they do never counts.
    var tracked: TrackedMessageKind? {
        switch self {
        case .campaign: .campaign
        case .transactional: .transactional
        case .preview: nil
        }
    }
}

/// Ids of events: 128 random bits in lower-case hex.
enum EventID {
    static func make() -> String {
        String(unsafeUninitializedCapacity: 32) { text in
            var count = 0
            for _ in 0..<2 {
                var bits = UInt64.random(in: .min ... .max)
                for _ in 0..<16 {
                    let digit = UInt8(truncatingIfNeeded: bits & 15)
                    text[count] = digit < 10 ? 0x30 + digit : 0x57 + digit
                    bits >>= 4
                    count += 1
                }
            }
            return count
        }
    }
}

/// The 1×1 transparent GIF89a.
enum Pixel {
    static let bytes: [UInt8] = [
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x21, 0xF9, 0x04,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B,
    ]

    static let response = Response(
        status: .ok,
        headers: [.contentType: "image/gif", .cacheControl: "no-store, no-cache, must-revalidate, max-age=0"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    )
}
