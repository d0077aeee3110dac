import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/client/mailchimp`: the client's Mailchimp audience, to which list memberships bring tags, one way.
enum MailchimpEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [put(services), putMappings(services)] }

    private static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/client/mailchimp",
            id: "putMailchimp",
            tag: .account,
            access: .key(.accountWrite),
            summary: "Set the client's Mailchimp key and audience; what is absent stays, empty clears.",
            details: "The key is write-only. Tags are brought there only while `configured` is true.",
            body: .json(
                ObjectShape(
                    "MailchimpPut",
                    [
                        Field("api_key", .string(maximum: 500), "Ends in its data centre.", example: "0123456789abcdef0123456789abcdef-us21"),
                        Field("list_id", .string(maximum: 64), example: "a1b2c3d4e5"), Field("enabled", .boolean),
                    ]
                )
            ),
            answers: [.ok(payload.shape)]
        ) { call in
            // Null clears, as an empty text does; absent leaves.
            let key = Self.text("api_key", &call.fields)
            let list = Self.text("list_id", &call.fields)
            let enabled = call.fields.bool("enabled")
            try call.fields.check()
            let client = try call.client
            let change = PutMailchimp(scope: client.scope, clientSlug: client.clientSlug, apiKey: key, listID: list, isEnabled: enabled)
            return .json(payload.value(Source(mailchimp: try await services.tracking.answer(change), client: client.clientSlug)))
        }
    }

    private static func text(_ name: String, _ fields: inout RequestFields) -> String? {
        fields.object[name] == .null ? "" : fields.string(name)
    }

    private static func putMappings(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/client/mailchimp/tag-mappings",
            id: "putMailchimpTagMappings",
            tag: .account,
            access: .key(.accountWrite),
            summary: "Replace which recipient list gives its members which Mailchimp tag.",
            details: """
                Members that a list has when its mapping becomes enabled get the tag too. Leaving a list takes the tag away unless another list \
                with the same tag keeps it; a mapping that is removed leaves tags where they are.
                """,
            body: .json(
                ObjectShape(
                    "TagMappingsPut",
                    [
                        Field("audience", .string(maximum: 63), required: true, "Slug of the audience.", example: "main"),
                        Field(
                            "mappings",
                            .list(of: .any, count: 0...PutTagMappings.maximumMappings),
                            required: true,
                            missing: "must_be_list",
                            "Each with `list_key`, `tag` and, if it is not on, `enabled`.",
                            example: [["list_key": "<all>", "tag": "everyone"]]
                        ),
                    ]
                )
            ),
            answers: [.ok(mappings)]
        ) { call in
            let wanted = Self.mappings(&call.fields)
            let audience = call.fields.requiredString("audience")
            try call.fields.check()
            let client = try call.client
            let resolve = ResolveAudience(organizationID: client.organizationID, slug: audience ?? "")
            let found = try await services.audience.answer(resolve)
            let scope = AudienceScope(organizationID: client.organizationID, clientID: client.clientID, audienceID: found.audienceID)
            let stored = try await services.audience.answer(PutTagMappings(scope: scope, mappings: wanted))
            let items = stored.mappings.map { mapping in
                JSONValue.object(
                    JSONObject([
                        (key: "audience", value: .string(found.slug)), (key: "list_key", value: .string(mapping.listKey)),
                        (key: "tag", value: .string(mapping.tag)), (key: "enabled", value: .bool(mapping.isEnabled)),
                    ])
                )
            }
            return .json(["client": .string(client.clientSlug), "audience": .string(found.slug), "mappings": .array(items)])
        }
    }

    /// The entries of `mappings`, each fault by its index, as the original tells them.
    private static func mappings(_ fields: inout RequestFields) -> [TagMapping] {
        var seen: Set<[String]> = []
        var mappings: [TagMapping] = []
        for (index, item) in (fields.object["mappings"]?.arrayValue ?? []).enumerated() {
            guard item.objectValue != nil else {
                fields.fault("mappings.\(index)", "must_be_object")
                continue
            }
            guard let key = trimmed(item["list_key"]) else {
                fields.fault("mappings.\(index).list_key", "required")
                continue
            }
            guard let tag = trimmed(item["tag"]) else {
                fields.fault("mappings.\(index).tag", "required")
                continue
            }
            let enabled = item["enabled"] ?? true
            guard let isEnabled = enabled.boolValue else {
                fields.fault("mappings.\(index).enabled", "must_be_boolean")
                continue
            }
            if !seen.insert([key, tag]).inserted { fields.fault("mappings.\(index)", "duplicate") }
            mappings.append(TagMapping(listKey: key, tag: tag, isEnabled: isEnabled))
        }
        return mappings
    }

    /// nil for what is no text, or only white space.
    private static func trimmed(_ value: JSONValue?) -> String? {
        guard let text = value?.stringValue?.drop(while: \.isWhitespace), !text.isEmpty else { return nil }
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    private struct Source: Sendable {
        var mailchimp: ClientMailchimp
        var client: String
    }

    private static let payload = Payload<Source>(
        "Mailchimp",
        [
            .member("client", .string) { .string($0.client) },
            .member("enabled", .boolean) { .bool($0.mailchimp.isEnabled) },
            .member("configured", .boolean, "Enabled, with a key and a list.") { .bool($0.mailchimp.isConfigured) },
            .member("list_id", .string) { .string($0.mailchimp.listID) },
            .member("datacenter", .string) { .string($0.mailchimp.datacenter) },
            .member("api_key_set", .boolean) { .bool($0.mailchimp.isKeySet) },
        ]
    )

    private static let mappings = Shape.object(
        ObjectShape(
            "TagMappings",
            [
                Field("client", .string, required: true), Field("audience", .string, required: true),
                Field(
                    "mappings",
                    .list(
                        of: .object(
                            ObjectShape(
                                "TagMapping",
                                [
                                    Field("audience", .string, required: true), Field("list_key", .string, required: true),
                                    Field("tag", .string, required: true), Field("enabled", .boolean, required: true),
                                ]
                            )
                        )
                    ),
                    required: true
                ),
            ]
        )
    )
}
