import Contracts
import Cryptography
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("API keys of a client", .database(DatabaseTrait.audience))
struct APIKeyTests {
    private func create(_ fixture: AudienceFixture, _ name: String, expires: Timestamp? = nil) -> CreateAPIKey {
        CreateAPIKey(
            scope: fixture.client.scope,
            keyName: name,
            scopes: ["contacts:read"],
            expiresAt: expires,
            rateLimit: 7
        )
    }

    private func authenticate(_ text: String) -> AuthenticateKey {
        let parts = text.split(separator: "_", maxSplits: 2).map(String.init)
        return AuthenticateKey(publicID: parts[1], secretHash: SHA256.hexadecimalHash(Array(parts[2].utf8)))
    }

    @Test("a key carries its scopes and its rate; revoking ends it, and the first moment stays")
    func life() async throws {
        let fixture = try await AudienceFixture.make()
        let made = try await fixture.caller.call(create(fixture, "site"))
        let known = try await fixture.caller.call(authenticate(made.text))
        #expect(known.scopes == ["contacts:read"])
        #expect(known.rateLimit == 7)
        #expect(known.client == fixture.client)
        let revoke = RevokeAPIKey(scope: fixture.client.scope, keyID: made.info.keyID)
        let first = try await fixture.caller.call(revoke).info.revokedAt
        #expect(first != nil)
        #expect(try await fixture.caller.call(revoke).info.revokedAt == first)
        #expect(await failure(fixture.caller, authenticate(made.text)) == .invalidKey)
        let names = try await fixture.caller.call(ListAPIKeys(scope: fixture.client.scope)).keys.map(\.name)
        #expect(names == ["site", "first"])
    }

    @Test("a key that has expired is no key")
    func expiry() async throws {
        let fixture = try await AudienceFixture.make()
        let late = Timestamp(microseconds: Timestamp.now().microseconds + 3_600_000_000)
        let made = try await fixture.caller.call(create(fixture, "short", expires: late))
        _ = try await fixture.caller.call(authenticate(made.text))
        try await fixture.script("UPDATE audience.api_keys SET expires_at = now() - interval '1 second' WHERE name = 'short'")
        #expect(await failure(fixture.caller, authenticate(made.text)) == .invalidKey)
        let past = await failure(fixture.caller, create(fixture, "past", expires: Timestamp(microseconds: 1)))
        #expect(past?.fields == ["expires_at": "in_the_past"])
    }

    @Test("two keys that live have not the same name; a revoked one gives its name free")
    func names() async throws {
        let fixture = try await AudienceFixture.make()
        let made = try await fixture.caller.call(create(fixture, "site"))
        #expect(await failure(fixture.caller, create(fixture, "site"))?.fields == ["name": "taken"])
        #expect(await failure(fixture.caller, create(fixture, "  "))?.fields == ["name": "required"])
        _ = try await fixture.caller.call(RevokeAPIKey(scope: fixture.client.scope, keyID: made.info.keyID))
        _ = try await fixture.caller.call(create(fixture, "site"))
    }

    @Test("another organization neither sees nor ends a key")
    func wall() async throws {
        let fixture = try await AudienceFixture.make()
        let made = try await fixture.caller.call(create(fixture, "site"))
        let other = try await fixture.other("other")
        let scope = ClientScope(organizationID: other.organizationID, clientID: other.clientID)
        #expect(try await fixture.caller.call(ListAPIKeys(scope: scope)).keys.isEmpty)
        #expect(await failure(fixture.caller, RevokeAPIKey(scope: scope, keyID: made.info.keyID))?.fields == ["key_id": "not_found"])
        let mixed = ClientScope(organizationID: other.organizationID, clientID: fixture.client.clientID)
        #expect(try await fixture.caller.call(ListAPIKeys(scope: mixed)).keys.isEmpty)
        _ = try await fixture.caller.call(authenticate(made.text))
    }
}
