import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@testable import TrackingService

@Suite("Tags in Mailchimp, at a fake of it", .serialized)
struct MailchimpTests {
    private func configure(_ fixture: DeliveryFixture, isEnabled: Bool = true) async throws {
        let put = PutMailchimp(
            scope: DeliveryFixture.scope,
            clientSlug: "app",
            apiKey: "0123456789abcdef-us21",
            listID: "abc",
            isEnabled: isEnabled
        )
        _ = try await fixture.caller.call(put)
    }

    private func change(_ email: String, _ tag: String, _ isActive: Bool, client: Int64 = 2) -> TagChange {
        TagChange(organizationID: OrganizationID(1), clientID: ClientID(client), email: email, tag: tag, isActive: isActive)
    }

    private func sync(_ fixture: DeliveryFixture, _ key: String, _ changes: TagChange...) async throws {
        _ = try await fixture.caller.call(SyncTags(changes: changes), idempotencyKey: key)
    }

    @Test("the configuration shows everything but the key, and changes only what it names")
    func configuration() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            func put(_ key: String?, _ list: String?, _ isEnabled: Bool?) async throws -> ClientMailchimp {
                let call = PutMailchimp(scope: DeliveryFixture.scope, clientSlug: "app", apiKey: key, listID: list, isEnabled: isEnabled)
                return try await fixture.caller.call(call)
            }
            let first = try await put("0123456789abcdef0123456789abcdef-us21", "abc", false)
            #expect(first == ClientMailchimp(isEnabled: false, listID: "abc", datacenter: "us21", isKeySet: true))
            #expect(!first.isConfigured)
            #expect(try await put(nil, nil, true).isConfigured)
            #expect(try await put("", nil, nil) == ClientMailchimp(isEnabled: true, listID: "abc", datacenter: "", isKeySet: false))
            #expect(await faults { try await put("nodc", nil, nil) } == ["api_key": "missing_datacenter_suffix"])
            #expect(await faults { try await put(nil, "../x", nil) } == ["list_id": "invalid"])
        }
    }

    @Test("members get and lose tags; those without any are not made", .timeLimit(.minutes(2)))
    func tags() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            try await configure(fixture)
            try await sync(fixture, "1", change("ann@example.org", "a", true), change("ann@example.org", "b", true))
            try await sync(fixture, "2", change("bob@example.org", "a", false))
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.members() == ["ann@example.org": ["a", "b"]])
            try await sync(fixture, "3", change("ann@example.org", "a", false))
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.members() == ["ann@example.org": ["b"]])
            let seen = try await fixture.receiver.seen("mailchimp")
            let basic = "Basic YW55c3RyaW5nOjAxMjM0NTY3ODlhYmNkZWYtdXMyMQ=="
            #expect(seen.allSatisfy { $0["authorization"] == .string(basic) })
            #expect(seen.compactMap { $0["path"]?.stringValue }.allSatisfy { $0.hasPrefix("/3.0/lists/abc/members/") })
        }
    }

    @Test("what changes while it waits or is under way ends as the last change said, whatever came in between", .timeLimit(.minutes(2)))
    func lastWord() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            try await configure(fixture)
            try await sync(fixture, "1", change("ann@example.org", "a", true))
            try await sync(fixture, "2", change("ann@example.org", "a", false), change("ann@example.org", "b", true))
            #expect(try await fixture.pending() == 1)
            let store = fixture.tracking.store
            let leased = try #require(try await store.lease(busy: [:], total: 1, policy: fixture.policy).first)
            // A change meets the attempt under way, and a repetition of an older one is known by its key.
            try await sync(fixture, "3", change("ann@example.org", "a", true))
            try await sync(fixture, "2", change("ann@example.org", "a", false))
            try await store.finish(leased, AttemptResult(succeeded: true), startedAt: .now(), milliseconds: 1)
            #expect(try await fixture.pending() == 1)
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.members() == ["ann@example.org": ["a", "b"]])
        }
    }

    @Test("a refused member is given up, a refused key is tried again; addresses are forgotten when the work is done", .timeLimit(.minutes(2)))
    func refusals() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            try await configure(fixture)
            try await fixture.receiver.set("mailchimp", "400", "401", "204")
            try await sync(fixture, "1", change("ann@example.org", "a", true))
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.members().isEmpty)
            try await sync(fixture, "2", change("bob@example.org", "a", true))
            try await fixture.delivering { try await fixture.receiver.seen("mailchimp").count == 2 }
            #expect(try await fixture.pending() == 1)
            try await fixture.hurry()
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.members() == ["bob@example.org": ["a"]])
            try await fixture.script(
                """
                DO $$ BEGIN
                    IF EXISTS (SELECT FROM tracking.deliveries WHERE subject IS NOT NULL OR payload <> '{}') THEN RAISE 'left behind'; END IF;
                END $$
                """
            )
        }
    }

    @Test("a client without a configured and enabled audience costs nothing", .timeLimit(.minutes(2)))
    func notConfigured() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            try await configure(fixture, isEnabled: false)
            try await sync(fixture, "1", change("ann@example.org", "a", true), change("ann@example.org", "a", true, client: 3))
            #expect(try await fixture.pending() == 0)
        }
    }
}

@Suite("The callback of the original, at a real receiver", .serialized)
struct CallbackTests {
    @Test("the events that the original told come with the bearer token, the others do not; a callback can be removed", .timeLimit(.minutes(2)))
    func delivered() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            func put(_ url: String?, _ token: String?) async throws -> ClientCallback {
                let call = PutCallback(scope: DeliveryFixture.scope, clientSlug: "app", url: url, token: token, isEnabled: nil)
                return try await fixture.caller.call(call)
            }
            let url = "\(fixture.receiver.url)/callback/cmp"
            #expect(await faults { try await put(url, nil) } == ["token": "required"])
            #expect(await faults { try await put(url, "a\r\nb") } == ["token": "invalid"])
            let stored = try await put(url, "secret-token")
            #expect(stored.url == url && stored.isTokenSet && stored.isEnabled)
            try await fixture.tracking.record(
                .fixture("a", type: .unsubscribe, metadata: ["audience": "main", "preference_key": "news"]),
                .fixture("b", type: .sent, messageID: 3),
                .fixture("c", type: .failed, messageID: 4),
                .fixture("d", type: .failed),
                .fixture("e", type: .bounce, contactID: nil)
            )
            try await fixture.delivering { try await fixture.pending() == 0 }
            let seen = try await fixture.receiver.seen("cmp")
            #expect(seen.allSatisfy { $0["authorization"] == "Bearer secret-token" })
            let types = seen.compactMap { $0["body"]?["event_type"]?.stringValue }
            #expect(types.sorted() == ["subscription.unsubscribed", "transactional.failed"])
            #expect(try await put("", nil).url.isEmpty)
            #expect(try await fixture.tracking.record(.fixture("f", type: .unsubscribe)).deliveries == 0)
        }
    }

    @Test("erasure drops the contact's callbacks that wait, and counts them", .timeLimit(.minutes(2)))
    func erased() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let url = "\(fixture.receiver.url)/callback/cmp"
            let call = PutCallback(scope: DeliveryFixture.scope, clientSlug: "app", url: url, token: "t", isEnabled: nil)
            _ = try await fixture.caller.call(call)
            try await fixture.tracking.record(.fixture("a", type: .unsubscribe), .fixture("b", type: .unsubscribe, contactID: 8))
            let erase = EraseContactEvents(organizationID: OrganizationID(1), contactID: ContactID(7))
            #expect(try await fixture.tracking.store.erase(erase) == ErasedEvents(events: 1, callbacks: 1))
            #expect(try await fixture.pending() == 1)
        }
    }
}
