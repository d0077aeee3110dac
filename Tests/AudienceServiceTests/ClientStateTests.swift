import Contracts
import Cryptography
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Clients, as the operator switches them", .database(DatabaseTrait.audience))
struct ClientStateTests {
    @Test("a disabled client's key is refused as such; enabled again it is accepted; twice changes nothing")
    func switching() async throws {
        let fixture = try await AudienceFixture.make()
        let parts = try #require(fixture.apiKey).split(separator: "_", maxSplits: 2).map(String.init)
        let authenticate = AuthenticateKey(publicID: parts[1], secretHash: SHA256.hexadecimalHash(Array(parts[2].utf8)))
        let off = SetClientActive(scope: fixture.client.scope, isActive: false)
        #expect(try await fixture.caller.call(off) == ClientState(client: fixture.client, isActive: false, changed: true))
        #expect(try await fixture.caller.call(off).changed == false)
        #expect(await failure(fixture.caller, authenticate) == .inactiveClient)
        let on = SetClientActive(scope: fixture.client.scope, isActive: true)
        #expect(try await fixture.caller.call(on).changed)
        #expect(try await fixture.caller.call(authenticate).client == fixture.client)
    }

    @Test("only the client of that organization is switched, and no other")
    func wall() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let mixed = ClientScope(organizationID: other.organizationID, clientID: fixture.client.clientID)
        #expect(await failure(fixture.caller, SetClientActive(scope: mixed, isActive: false))?.fields == ["client": "not_found"])
        let scope = ClientScope(organizationID: other.organizationID, clientID: other.clientID)
        _ = try await fixture.caller.call(SetClientActive(scope: scope, isActive: false))
        let list = try await fixture.caller.call(ListClients(organization: nil)).clients
        #expect(list.map(\.client.organizationSlug) == ["acme", "other"])
        #expect(list.map(\.isActive) == [true, false])
    }

    @Test("the list goes page by page, of one organization or of all")
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.other("acme", client: "shop")
        _ = try await fixture.other("other")
        let first = try await fixture.caller.call(ListClients(organization: nil, limit: 2)).clients
        #expect(first.map(\.client.clientSlug) == ["app", "shop"])
        let rest = try await fixture.caller.call(ListClients(organization: nil, after: first[1].client.clientID, limit: 2)).clients
        #expect(rest.map(\.client.organizationSlug) == ["other"])
        let own = try await fixture.caller.call(ListClients(organization: "other")).clients
        #expect(own == rest)
        #expect(await failure(fixture.caller, ListClients(organization: "none"))?.fields == ["organization": "not_found"])
    }

    @Test("an ambiguous client is told with organizations that have it")
    func ambiguous() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.other("other")
        let told = await failure(fixture.caller, ResolveClient(organization: nil, client: "app"))
        #expect(told?.details?["client"] == "in the organizations acme, other at least")
    }

    @Test("a key with a scope that nothing asks for, or a rate that is none, is not made")
    func keyFaults() async throws {
        let fixture = try await AudienceFixture.make()
        func told(_ scopes: [String], _ rate: Int?) async -> [String: String]? {
            let call = CreateAPIKey(scope: fixture.client.scope, keyName: "k", scopes: scopes, expiresAt: nil, rateLimit: rate)
            return await failure(fixture.caller, call)?.fields
        }
        #expect(await told(["contacts:read", "contacts:all"], nil) == ["scopes.1": "invalid"])
        #expect(await told([], 0) == ["rate_limit": "invalid"])
        #expect(await told([], 1_000_001) == ["rate_limit": "invalid"])
        #expect(try await fixture.count("audience.api_keys") == 1)
    }
}
