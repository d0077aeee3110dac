import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// API keys of the calling client.
enum KeyEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [list(services), create(services), revoke(services)] }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/keys",
            id: "listKeys",
            tag: .account,
            access: .key(.accountRead),
            summary: "The client's API keys, newest first, without their secrets.",
            answers: [.ok(listed.shape)]
        ) { call in
            .json(listed.value(try await services.audience.answer(ListAPIKeys(scope: try call.client.scope))))
        }
    }

    static func create(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/keys",
            id: "createKey",
            tag: .account,
            access: .key(.accountWrite),
            summary: "Make an API key.",
            details: "The answer is the only place where the whole key is ever shown. A key can only give scopes that it has itself.",
            body: .json(body),
            answers: [.created(created.shape), .conflict]
        ) { call in
            let scopes = call.fields.strings("scopes") ?? []
            try call.fields.check()
            try call.checkMayGive(scopes)
            let create = CreateAPIKey(
                scope: try call.client.scope,
                keyName: call.fields.string("name") ?? "",
                scopes: scopes,
                expiresAt: call.fields.timestamp("expires_at"),
                rateLimit: call.fields.integer("rate_limit").map(Int.init)
            )
            return .json(created.value(try await services.audience.answer(create)), status: .created)
        }
    }

    static func revoke(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            "/api/keys/{key_id}",
            id: "revokeKey",
            tag: .account,
            access: .key(.accountWrite),
            summary: "End an API key.",
            details: "It stops working within 10 seconds. A key may end itself.",
            answers: [.ok(revoked.shape), .notFound]
        ) { call in
            let id = APIKeyID(try call.integerParameter("key_id"))
            return .json(revoked.value(try await services.audience.answer(RevokeAPIKey(scope: try call.client.scope, keyID: id))))
        }
    }

    private static let body = ObjectShape(
        "KeyCreate",
        [
            Field("name", .string(maximum: 200), required: true, "Unique among the keys that are not revoked.", example: "website"),
            Field(
                "scopes",
                .list(of: .choice(APIScope.self), count: 0...100),
                "Empty or absent: everything but what only the operator gives.",
                example: ["contacts:read"]
            ),
            Field("expires_at", .timestamp, "Absent: never."),
            Field("rate_limit", .integer(1...1_000_000), "Requests a second; absent: the service's own."),
        ]
    )

    private static let key = Payload<APIKeyInfo>(
        "Key",
        [
            .member("id", .id) { .integer($0.keyID.rawValue) },
            .member("name", .string) { .string($0.name) },
            .member("public_id", .string) { .string($0.publicID) },
            .member("scopes", .list(of: .string)) { .strings($0.scopes) },
            .member("created_at", .timestamp) { .string($0.createdAt.iso8601) },
            .member("last_used_at", .nullable(.timestamp)) { ContactPayload.time($0.lastUsedAt) },
            .member("expires_at", .nullable(.timestamp)) { ContactPayload.time($0.expiresAt) },
            .member("revoked_at", .nullable(.timestamp)) { ContactPayload.time($0.revokedAt) },
            .member("rate_limit", .nullable(.integer)) { $0.rateLimit.map { .integer($0) } ?? .null },
        ]
    )

    private static let listed = Payload<APIKeyList>("Keys", [.member("keys", .list(of: key.shape)) { .array($0.keys.map(key.value)) }])
    private static let revoked = Payload<RevokedAPIKey>("KeyRevoked", [.member("key", key.shape) { key.value($0.info) }])
    private static let created = Payload<CreatedAPIKey>(
        "KeyCreated",
        [
            .member("key", key.shape) { key.value($0.info) },
            .member("api_key", .string, "Shown once.") { .string($0.text) },
        ]
    )
}

extension EndpointCall {
    /// A key cannot make one that may do more than itself.
    fileprivate func checkMayGive(_ scopes: [String]) throws(APIError) {
        guard let key else { return }
        if scopes.isEmpty, !key.scopes.isEmpty { throw .field("scopes", "required") }
        for scope in scopes.compactMap({ APIScope(rawValue: $0) }) where !key.allows(scope) { throw .insufficientScope(scope) }
    }
}
