import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/contacts/preferences`: which categories of mail an address wants.
enum PreferenceEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [get(services), put(services)] }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/preferences",
            id: "getPreferences",
            tag: .subscriptions,
            access: .key(.contactsRead),
            summary: "Which categories an address wants.",
            details: "A category that nobody chose about is enabled. Without `category_tags` only stored choices are answered.",
            query: [Field("email", .string(maximum: 1_000), required: true, example: "ann@example.org")] + ObjectShape.scope + [
                Field("category_tags", .list(of: .string), "Tags, split by commas.", example: ["news"])
            ],
            answers: [.ok(payload.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let tags = call.fields.strings("category_tags") ?? []
            let scope = try await call.audienceScope()
            let found = try await services.audience.answer(GetPreferences(scope: scope.ids, email: email, categoryTags: tags))
            return .json(payload.value((scope, found)))
        }
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/contacts/preferences",
            id: "putPreferences",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "Store which categories an address wants.",
            details: "Categories that the body does not name stay as they are. Nothing can be enabled for an address that is suppressed.",
            body: .json(body),
            answers: [.ok(payload.shape), .conflict]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let reason = call.fields.string("reason") ?? ""
            let scope = try await call.audienceScope()
            let categories = call.fields.object["categories"]?.arrayValue ?? []
            let change = PutPreferences(scope: scope.ids, email: email, categories: categories.map(category), reason: reason)
            return .json(payload.value((scope, try await services.audience.answer(change))))
        }
    }

    private static func category(_ item: JSONValue) -> CategoryPreference {
        CategoryPreference(
            tag: item["tag"]?.stringValue ?? "",
            label: item["label"]?.stringValue,
            enabled: item["enabled"]?.boolValue ?? true
        )
    }

    private static let body = ObjectShape(
        "PreferencesPut",
        [ContactShapes.email] + ObjectShape.scope + [
            Field(
                "categories",
                .list(
                    of: .object(
                        ObjectShape(
                            "CategoryPut",
                            [
                                Field("tag", .string, required: true, "`[A-Za-z0-9_-]{1,200}`", example: "news"),
                                Field("label", .string(maximum: 1_000), "How the client calls it.", example: "News"),
                                Field("enabled", .boolean, required: true, missing: "must_be_boolean", example: true),
                            ]
                        )
                    ),
                    count: 0...PutPreferences.maximumCategories
                ),
                required: true,
                missing: "must_be_list"
            ),
            Field("reason", .string(maximum: 1_000), "Why they changed.", example: "asked by mail"),
        ]
    )

    private static let payload = Payload<(ScopeResolution.Scope, ContactPreferences)>(
        "Preferences",
        [
            .member("email", .string) { .string($0.1.email) },
            .member("audience", .string) { .string($0.0.audience.slug) },
            .member("client", .string) { .string($0.0.client.clientSlug) },
            .member("categories", .list(of: categoryPayload.shape)) { .array($0.1.categories.map(categoryPayload.value)) },
            .member("global_unsubscribed", .boolean) { .bool($0.1.globalUnsubscribed) },
            .member("suppressed", .boolean, "Whether nothing at all is sent.") { .bool(!$0.1.suppressionReasons.isEmpty) },
            .member("suppression_reasons", .list(of: .string)) { .strings($0.1.suppressionReasons) },
        ]
    )

    private static let categoryPayload = Payload<CategoryPreference>(
        "Category",
        [
            .member("tag", .string) { .string($0.tag) }, .member("label", .string) { .string($0.label ?? "") },
            .member("enabled", .boolean) { .bool($0.enabled) },
        ]
    )
}
