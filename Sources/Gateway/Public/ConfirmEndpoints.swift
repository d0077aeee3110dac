import HTTPTypes
import HummingbirdCore
import JSON

/// `/confirm/{token}`: the page behind the link of a double opt-in.
enum ConfirmEndpoints {
    static func all(_ links: PublicLinks) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/confirm/{token}",
                id: "confirmPage",
                tag: .publicLinks,
                access: .anyone,
                summary: "A page with a button; confirms nothing.",
                answers: answers
            ) { await links.confirmPage($0.request) },
            Endpoint(
                .post,
                "/confirm/{token}",
                id: "confirmSubscription",
                tag: .publicLinks,
                access: .form,
                summary: "Confirm a subscription.",
                body: .own(mediaTypes: ["application/x-www-form-urlencoded": .object(ObjectShape([]))]),
                answers: answers + [.content(.contentTooLarge, "application/json")]
            ) { try await links.confirm($0.request) },
        ]
    }

    private static let answers: [EndpointAnswer] = [
        .content(.ok, "text/html"), .content(.notFound, "text/html", "The link is not complete."),
        .content(.gone, "text/html", "The link is too old."), .content(.serviceUnavailable, "text/html"),
    ]
}
