import HTTPTypes
import HummingbirdCore
import JSON

/// `/preferences/{token}`: what a person gets, and the buttons that change it.
enum PreferencePageEndpoints {
    static func all(_ links: PublicLinks) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/preferences/{token}",
                id: "preferencesPage",
                tag: .publicLinks,
                access: .anyone,
                summary: "A page with what somebody gets, and forms; changes nothing.",
                answers: answers
            ) { await links.preferencesPage($0.request) },
            Endpoint(
                .post,
                "/preferences/{token}",
                id: "changePreferences",
                tag: .publicLinks,
                access: .form,
                summary: "Stop mail, get it again, or choose its categories.",
                body: .own(mediaTypes: ["application/x-www-form-urlencoded": form, "multipart/form-data": form]),
                answers: answers + [
                    .content(.badRequest, "text/html", "Not one of the page's forms."), .content(.contentTooLarge, "application/json"),
                ]
            ) { try await links.changePreferences($0.request) },
        ]
    }

    private static let form = Shape.object(
        ObjectShape([
            Field("change", .choice(["unsubscribe", "resubscribe", "categories"]), required: true),
            Field("scope", .choice(["client", "audience", "global"]), "Of `unsubscribe` and `resubscribe`."),
            Field("shown.news", .string, "Of `categories`: the form showed the category `news`."),
            Field("category.news", .string, "Of `categories`: mail of the category `news` is wanted."),
        ])
    )

    private static let answers: [EndpointAnswer] = [
        .content(.ok, "text/html"), .content(.notFound, "text/html", "The link is not complete, or the person was erased."),
        .content(.serviceUnavailable, "text/html"),
    ]
}
