import HTTPTypes

extension BrowserView {
    static func endpoints(_ links: PublicLinks, _ services: APIServices) -> [Endpoint] {
        let view = BrowserView(verifier: links.verifier, campaign: services.campaign, delivery: services.delivery)
        return [
            Endpoint(
                .get,
                "/v/{token}",
                id: "viewMessage",
                tag: .publicLinks,
                access: .anyone,
                summary: "A message in a browser, as its recipient got it.",
                answers: [
                    .content(.ok, "text/html"), .content(.notFound, "text/html", "The link is not complete, or the person was erased."),
                    .content(.serviceUnavailable, "text/html"),
                ]
            ) { call in await view.page(call.request) }
        ]
    }
}
