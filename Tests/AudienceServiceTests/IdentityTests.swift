import Contracts
import Cryptography
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Organizations, clients, keys and senders", .database(DatabaseTrait.audience))
struct IdentityTests {
    @Test("an API key has the form of the contract, is stored as a hash, and authenticates its client")
    func key() async throws {
        let fixture = try await AudienceFixture.make()
        let key = try #require(fixture.apiKey)
        let parts = key.split(separator: "_", maxSplits: 2).map(String.init)
        #expect(parts.count == 3 && parts[0] == "dm")
        #expect(parts[1].wholeMatch(of: /[a-z0-9]{12}/) != nil)
        #expect(parts[2].wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
        let hash = SHA256.hexadecimalHash(Array(parts[2].utf8))
        let answer = try await fixture.caller.call(AuthenticateKey(publicID: parts[1], secretHash: hash))
        #expect(answer.client == fixture.client)
        #expect(try await fixture.count("audience.api_keys WHERE last_used_at IS NOT NULL") == 1)
        let used = try await fixture.text("SELECT last_used_at FROM audience.api_keys")
        _ = try await fixture.caller.call(AuthenticateKey(publicID: parts[1], secretHash: hash))
        #expect(try await fixture.text("SELECT last_used_at FROM audience.api_keys") == used)
        #expect(await failure(fixture.caller, AuthenticateKey(publicID: "aaaaaaaaaaaa", secretHash: hash)) == .invalidKey)
        let wrong = String(repeating: "0", count: 64)
        #expect(await failure(fixture.caller, AuthenticateKey(publicID: parts[1], secretHash: wrong)) == .invalidKey)
        try await fixture.script("UPDATE audience.clients SET is_active = false")
        #expect(await failure(fixture.caller, AuthenticateKey(publicID: parts[1], secretHash: hash)) == .inactiveClient)
        try await fixture.script("UPDATE audience.api_keys SET revoked_at = now()")
        #expect(await failure(fixture.caller, AuthenticateKey(publicID: parts[1], secretHash: hash)) == .invalidKey)
    }

    @Test("provisioning again gives the same ids and keeps the key to itself")
    func provisionAgain() async throws {
        let fixture = try await AudienceFixture.make()
        let again = try await AudienceFixture.make()
        #expect(again.scope == fixture.scope)
        #expect(again.apiKey == nil)
        #expect(try await fixture.count("audience.api_keys") == 1)
    }

    @Test("bad slugs and senders are told together")
    func provisionFaults() async throws {
        let fixture = try await AudienceFixture.make()
        let told = await failure(
            fixture.caller,
            Provision(organization: "Bad Slug", audience: "", client: "-x", senders: [Sender(id: "a", email: "nope")], keyName: nil)
        )
        #expect(
            told?.fields == ["organization": "invalid", "audience": "required", "client": "invalid", "senders.0.email": "invalid"]
        )
    }

    @Test("slugs resolve; an ambiguous client needs its organization")
    func resolve() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(try await fixture.caller.call(ResolveClient(organization: nil, client: "app")).client == fixture.client)
        _ = try await fixture.other("other")
        #expect(await failure(fixture.caller, ResolveClient(organization: nil, client: "app"))?.fields == ["client": "ambiguous"])
        #expect(try await fixture.caller.call(ResolveClient(organization: "acme", client: "app")).client == fixture.client)
        #expect(await failure(fixture.caller, ResolveClient(organization: "none", client: "app"))?.fields == ["organization": "not_found"])
        #expect(await failure(fixture.caller, ResolveClient(organization: "acme", client: "x"))?.fields == ["client": "not_found"])
        let audience = try await fixture.caller.call(ResolveAudience(organizationID: fixture.scope.organizationID, slug: "main"))
        #expect(audience.audienceID == fixture.scope.audienceID)
        let foreign = ResolveAudience(organizationID: OrganizationID(999), slug: "main")
        #expect(await failure(fixture.caller, foreign)?.fields == ["audience": "not_found"])
    }

    @Test("senders are replaced together and answer as the recorded samples")
    func senders() async throws {
        let fixture = try await AudienceFixture.make()
        let senders = [Sender(id: "courses", email: "Courses <courses@example.com>"), Sender(id: "news", email: "newsletter@example.com")]
        let put = try await fixture.caller.call(
            PutSenders(scope: fixture.scope.client, senders: senders, defaultSenderID: "courses")
        )
        #expect(put.senders == senders && put.defaultSenderID == "courses" && put.client == fixture.client)
        #expect(try await fixture.caller.call(GetSenders(scope: fixture.scope.client)) == put)
    }

    @Test("faults of senders are those of the recorded samples")
    func senderFaults() async throws {
        let fixture = try await AudienceFixture.make()
        func told(_ senders: [Sender], _ defaultID: String?) async -> [String: String]? {
            await failure(fixture.caller, PutSenders(scope: fixture.scope.client, senders: senders, defaultSenderID: defaultID))?.fields
        }
        #expect(
            await told([Sender(id: "a b", email: "x@example.com"), Sender(id: "ok", email: "nope")], "zzz")
                == ["senders.0.id": "invalid", "senders.1.email": "invalid", "default_sender_id": "not_configured"]
        )
        #expect(await told([], nil) == ["senders": "must_be_non_empty_list", "default_sender_id": "required"])
        #expect(
            await told([Sender(id: "", email: ""), Sender(id: "a", email: "a@b.co"), Sender(id: "a", email: "b@b.co")], "a")
                == ["senders.0.id": "required", "senders.0.email": "required", "senders.2.id": "duplicate"]
        )
    }

    @Test("health tells the schema's version and that the database answers")
    func health() async throws {
        let fixture = try await AudienceFixture.make()
        let health = try await fixture.caller.call(AudienceHealth())
        #expect(health.databaseAvailable && health.service == "audience" && health.schemaVersion.hasPrefix("v0"))
        #expect(health.residentBytes > 0)
    }
}

extension AudienceScope {
    fileprivate var client: ClientScope { ClientScope(organizationID: organizationID, clientID: clientID) }
}
