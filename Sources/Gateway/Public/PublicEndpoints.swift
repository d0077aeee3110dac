import HTTPTypes
import HummingbirdCore
import JSON

/// What everybody may call: the links of messages, and whether the gateway is there.
enum PublicEndpoints {
    static func all(_ links: PublicLinks) -> [Endpoint] {
        [
            // Says that this process answers, whatever the database does.
            get("/health/", id: "getHealth", "Whether the gateway answers.", [.ok(.object(health))]) { _ in .json(["status": "ok"]) },
            get("/t/o/{token}", id: "open", "The pixel of a message: the same GIF for every token.", [.content(.ok, "image/gif")]) {
                await links.open($0.request)
            },
            get("/t/c/{token}", id: "click", "Where a link of a message leads.", clickAnswers, query: [link]) { try await links.click($0.request) },
            get("/unsubscribe/{token}", id: "unsubscribePage", "A page with a form; changes nothing.", pageAnswers) {
                await links.unsubscribePage($0.request)
            },
            unsubscribe(links),
        ] + PreferencePageEndpoints.all(links) + ConfirmEndpoints.all(links)
    }

    private static let health = ObjectShape("Health", [Field("status", .string, required: true)])
    private static let link = Field("u", .string, "The address, covered by the token's signature.", example: "https://example.org/")
    private static let clickAnswers: [EndpointAnswer] = [
        .empty(.found, "To the address."), .content(.notFound, "text/html", "The token does not cover the address."),
    ]
    private static let pageAnswers: [EndpointAnswer] = [
        .content(.ok, "text/html"), .content(.notFound, "text/html", "The link is not complete."),
    ]

    private static func get(
        _ path: String,
        id: String,
        _ summary: String,
        _ answers: [EndpointAnswer],
        query: [Field] = [],
        _ handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(.get, path, id: id, tag: .publicLinks, access: .anyone, summary: summary, query: query, answers: answers, handler)
    }

    private static func unsubscribe(_ links: PublicLinks) -> Endpoint {
        let form = Shape.object(
            ObjectShape([
                Field("scope", .choice(["client", "audience", "global"])),
                Field("List-Unsubscribe", .choice(["One-Click"]), "RFC 8058: stops the mail of this client."),
            ])
        )
        return Endpoint(
            .post,
            "/unsubscribe/{token}",
            id: "unsubscribe",
            tag: .publicLinks,
            access: .form,
            summary: "Stop mail.",
            body: .own(mediaTypes: ["application/x-www-form-urlencoded": form, "multipart/form-data": form]),
            answers: pageAnswers + [
                .content(.badRequest, "text/html", "Nothing was chosen."), .content(.contentTooLarge, "application/json"),
                .content(.serviceUnavailable, "text/html"),
            ]
        ) { try await links.unsubscribe($0.request) }
    }
}
