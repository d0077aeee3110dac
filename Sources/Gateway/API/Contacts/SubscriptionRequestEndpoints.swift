import Contracts
import Cryptography
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model
import Tokens

/// `POST /api/subscriptions/request`: double opt-in.
enum SubscriptionRequestEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [request(services)] }

    static func request(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/subscriptions/request",
            id: "requestSubscription",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "Ask an address to confirm its subscription.",
            details: """
                Stores the wish with its wording and mails a link. The subscription is pending until the person presses the button on the page \
                of the link; looking at the page confirms nothing. The mail is the template `\(ConfirmationTemplate.key)`, which the client may change; what keeps it from \
                being sent (no sender, a template that needs another context) is told before anything is stored.
                """,
            body: .json(body),
            answers: [.accepted(payload.shape), .notFound]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let tags = call.fields.strings("tags") ?? []
            let attributes = call.fields.objectValue("attributes")
            let wording = call.fields.string("wording") ?? ""
            let source = call.fields.string("source") ?? ""
            let address = call.fields.string("ip_address") ?? ""
            let network = address.isEmpty ? "" : ClientAddress.network(of: address)
            if network == nil { call.fields.fault("ip_address", "invalid") }
            let templateKey = call.fields.string("template_key")
            let scope = try await call.audienceScope()
            guard let links = services.confirmations else { throw APIError.unavailable }
            let id = Int64.random(in: 1...Int64.max)
            let change = RequestSubscription(
                scope: scope.ids,
                email: email,
                tags: tags,
                attributes: attributes,
                wording: wording,
                source: source,
                requestedFrom: network ?? "",
                requestID: id,
                confirmURL: links.confirm(requestID: id),
                templateKey: templateKey
            )
            try await ConfirmationTemplate.check(change, scope, services.delivery)
            return .json(payload.value(try await services.audience.answer(change)), status: .accepted)
        }
    }

    private static let body = ObjectShape(
        "SubscriptionRequest",
        [ContactShapes.email] + ObjectShape.scope + [
            Field(
                "wording",
                .string(maximum: 4_000),
                required: true,
                "What the person agreed to, as it was shown to them.",
                example: "Send me the newsletter once a month."
            ),
            Field("source", .string(maximum: 1_000), "Where the form stood.", example: "https://example.org/join"),
            Field("ip_address", .string(maximum: 64), "The person's; only its network is stored.", example: "192.0.2.7"),
            Field("tags", .list(of: .string), "Names of tags to add.", example: ["newsletter"]),
            Field("attributes", .freeObject, "Merged into the contact's attributes by key."),
            Field("template_key", .string(maximum: 200), "Another template for the mail; it gets `confirm_url`."),
        ]
    )

    private static let payload = Payload<RequestedSubscription>(
        "RequestedSubscription",
        ContactPayload.withTags.members.map { member in .init(field: member.field) { member.value($0.contact) } } + [
            .member("confirmation_sent", .boolean, "False for an address that may get no mail, or that was asked too often.") {
                .bool($0.isMailed)
            }
        ]
    )
}
