import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `POST /api/subscriptions/…`: consent and its end.
enum SubscriptionEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [subscribe(services), unsubscribe(services)] + SubscriptionRequestEndpoints.all(services) + PreferenceEndpoints.all(services)
            + SuppressionEndpoints.all(services)
    }

    static func subscribe(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/subscriptions/subscribe",
            id: "subscribe",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "Subscribe an address; the subscription is verified.",
            details: "Somebody who opted out stays so, and the answer shows it, unless `resubscribe` is true with its reason.",
            body: .json(subscribeShape),
            answers: [.ok(ContactPayload.withTags.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let subscribeScope: UnsubscribeScope? = call.fields.choice("scope")
            let tags = call.fields.strings("tags") ?? []
            let resubscribe = call.fields.bool("resubscribe") ?? false
            let reason = call.fields.string("resubscribe_reason") ?? call.fields.string("reason") ?? ""
            let scope = try await call.audienceScope()
            let change = SubscribeContact(
                scope: scope.ids,
                email: email,
                subscribeScope: subscribeScope ?? .client,
                tags: tags,
                resubscribe: resubscribe,
                reason: reason
            )
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }

    static func unsubscribe(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/subscriptions/unsubscribe",
            id: "unsubscribeAddress",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "End the subscriptions of an address.",
            details: "The first time and reason stay. An address that nobody has stored is stored as opted out.",
            body: .json(unsubscribeShape),
            answers: [.ok(unsubscribed.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let unsubscribeScope: UnsubscribeScope = call.fields.choice("scope") ?? .client
            let reason = call.fields.string("reason") ?? ""
            let scope = try await call.audienceScope()
            let contact = try await services.audience.answer(
                UnsubscribeAddress(scope: scope.ids, email: email, unsubscribeScope: unsubscribeScope, reason: reason)
            )
            return .json(unsubscribed.value((contact, unsubscribeScope)))
        }
    }

    private static let subscribeShape = ObjectShape(
        "Subscribe",
        [ContactShapes.email] + ObjectShape.scope + [
            Field("tags", .list(of: .string), "Names of tags to add.", example: ["newsletter"]),
            Field("scope", .choice(UnsubscribeScope.self), "`client` unless told; a wider one takes back an opt-out of that width."),
            Field("resubscribe", .boolean, "Needed to subscribe somebody who opted out."),
            Field("resubscribe_reason", .string(maximum: 1_000), "Why that is allowed; also accepted as `reason`."),
            Field("reason", .string(maximum: 1_000)),
        ]
    )

    private static let unsubscribeShape = ObjectShape(
        "Unsubscribe",
        [ContactShapes.email] + ObjectShape.scope + [
            Field("scope", .choice(UnsubscribeScope.self), required: true, missing: "invalid", "What is to end.", example: "client"),
            Field("reason", .string(maximum: 1_000), example: "asked by mail"),
        ]
    )

    private static let unsubscribed = Payload<(ContactStatus, UnsubscribeScope)>(
        "UnsubscribedContact",
        ContactPayload.state.map { member in .init(field: member.field) { member.value($0.0) } } + [
            .member("scope", .choice(UnsubscribeScope.self)) { .string($0.1.rawValue) }
        ]
    )
}
