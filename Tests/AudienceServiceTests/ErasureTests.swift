import AudienceService
import Configuration
import Contracts
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("Erasure", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct ErasureTests {
    private func erase(_ fixture: AudienceFixture, _ email: String = "A@example.com", in scope: ClientScope? = nil) -> EraseContact {
        EraseContact(scope: scope ?? fixture.client.scope, email: email)
    }

    /// A contact with something in every table.
    private func person(_ fixture: AudienceFixture) async throws -> ContactID {
        let contact = try await fixture.subscriber("a@example.com", tags: ["one", "two"])
        _ = try await fixture.caller.call(
            PutPreferences(
                scope: fixture.scope,
                email: "a@example.com",
                categories: [CategoryPreference(tag: "news", label: nil, enabled: false)],
                reason: ""
            )
        )
        _ = try await fixture.caller.call(
            AddSuppression(scope: fixture.client.scope, email: "a@example.com", kind: .hardBounce, reason: "x")
        )
        let id = try #require(contact.contactID)
        try await fixture.script(
            """
            INSERT INTO audience.consents (id, organization_id, audience_id, client_id, contact_id, wording, requested_at, expires_at)
            VALUES (5, 1, 1, 1, \(id), 'x', now(), now());
            INSERT INTO audience.list_trees (audience_id, client_id, organization_id) VALUES (1, 1, 1);
            INSERT INTO audience.recipient_lists (audience_id, client_id, key, name, member_count, active_member_count, created_at, updated_at)
            VALUES (1, 1, '<all>', 'all', 1, 1, now(), now()), (1, 1, 'a', 'a', 1, 1, now(), now());
            INSERT INTO audience.list_members (list_id, contact_id, source_object_key, is_named, reasons, created_at, updated_at)
            SELECT id, \(id), CASE WHEN key = 'a' THEN 'k' END, key = 'a', CASE WHEN key = 'a' THEN 0 ELSE 1 END, now(), now()
            FROM audience.recipient_lists;
            """
        )
        return id
    }

    @Test("nothing is left of a person but a keyed hash, which no upsert or import passes (D7)")
    func nothingLeft() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.subscriber("b@example.com", tags: ["one"])
        let id = try await person(fixture)
        let erased = try await fixture.caller.call(erase(fixture))
        #expect(erased.contactID == id && erased.email == "a@example.com")
        #expect(erased.counts["subscriptions_deleted"] == 1 && erased.counts["category_preferences_deleted"] == 1)
        #expect(erased.counts["contact_tags_deleted"] == 2 && erased.counts["source_metadata_deleted"] == 1)
        #expect(erased.counts["recipient_list_members_deleted"] == 2)
        #expect(erased.pending == ["campaign", "delivery", "tracking"])
        for table in ["category_preferences", "consents", "suppression_changes", "subscriptions", "memberships", "list_members"] {
            #expect(try await fixture.count("audience.\(table) WHERE contact_id = \(id)") == 0)
        }
        #expect(try await fixture.count("audience.contacts WHERE id = \(id)") == 0)
        #expect(try await fixture.count("audience.recipient_lists WHERE member_count = 0 AND active_member_count = 0") == 2)
        #expect(try await fixture.status("b@example.com").tags == ["one"])
        let again = UpsertContact(scope: fixture.scope, change: ContactChange(email: "a@example.com"))
        #expect(await failure(fixture.caller, again)?.fields == ["email": "erased"])
        let suppress = AddSuppression(scope: fixture.client.scope, email: "a@example.com", kind: .complaint, reason: "x")
        #expect(await failure(fixture.caller, suppress)?.fields == ["email": "erased"])
        let unsubscribe = UnsubscribeAddress(scope: fixture.scope, email: "a@example.com", unsubscribeScope: .client, reason: "")
        #expect(try await fixture.caller.call(unsubscribe).contactID == nil)
        #expect(try await fixture.count("audience.contacts") == 1)
    }

    @Test("an address that is erased already, or was never there, is an answer with zeros")
    func again() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await person(fixture)
        _ = try await fixture.caller.call(erase(fixture))
        for email in ["a@example.com", "never@example.com"] {
            let answer = try await fixture.caller.call(erase(fixture, email))
            #expect(answer.contactID == nil && answer.pending == [] && answer.counts.count == 9 && answer.counts.values.allSatisfy { $0 == 0 })
        }
        #expect(await failure(fixture.caller, erase(fixture, "x"))?.fields == ["email": "invalid"])
    }

    @Test("the other services are told in the same transaction, until each has answered, and their counts are in the answer")
    func news() async throws {
        let fixture = try await AudienceFixture.make()
        let id = try await person(fixture)
        _ = try await fixture.caller.call(erase(fixture))
        #expect(
            try await fixture.text(
                "SELECT string_agg(destination || ' ' || method, ',' ORDER BY destination) FROM audience.outbox WHERE method LIKE '%.eraseContact'"
            ) == "campaign campaign.eraseContact,delivery delivery.eraseContact,tracking tracking.eraseContact"
        )
        _ = try await fixture.subscriber("c@example.com")
        let services = FakeServices()
        try await fixture.pushing(services) {
            let answer = try await fixture.caller.call(erase(fixture, "c@example.com"))
            #expect(answer.pending == [])
            #expect(answer.counts["campaign_recipients_anonymized"] == 2 && answer.counts["transactional_messages_anonymized"] == 3)
            #expect(answer.counts["email_events_anonymized"] == 4 && answer.counts["cmp_callbacks_anonymized"] == 5)
        }
        // What an earlier process left behind was delivered too.
        #expect(services.erased.withLock { $0 }.contains(id.rawValue))
        #expect(try await fixture.count("audience.erasures WHERE campaign IS NOT NULL AND delivery IS NOT NULL AND tracking IS NOT NULL") == 2)
        #expect(try await fixture.count("audience.outbox WHERE method LIKE '%.eraseContact'") == 0)
    }

    @Test("what imports remember of an address goes too")
    func imports() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.subscriber("a@example.com")
        try await fixture.script(
            """
            INSERT INTO audience.import_jobs (organization_id, audience_id, client_id, header, delimiter, encoding, dry_run)
            VALUES (1, 1, 1, '{email}', ',', 'utf-8', false);
            INSERT INTO audience.import_pages (job_id, sequence, result, total_count)
            VALUES (1, 0, '{"counts": {}, "faults": [{"email": "A@example.com"}], "results": [{"email": "a@example.com"},
                {"contact": {"email": "a@example.com"}}, {"email": "b@example.com"}]}', 0);
            INSERT INTO audience.import_seen (job_id, email, item) VALUES (1, 'a@example.com', 1), (1, 'b@example.com', 2);
            """
        )
        _ = try await fixture.caller.call(erase(fixture))
        #expect(try await fixture.count("audience.import_seen") == 1)
        #expect(try await fixture.count("audience.import_pages WHERE strpos(result::text, 'a@example.com') > 0") == 0)
        #expect(try await fixture.count("audience.import_pages WHERE strpos(result::text, 'b@example.com') > 0") == 1)
    }

    @Test("one organization's erasure is nothing to another (D7, I7)")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let theirs = ClientScope(organizationID: other.organizationID, clientID: other.clientID)
        _ = try await fixture.subscriber("a@example.com")
        #expect(try await fixture.caller.call(erase(fixture, in: theirs)).contactID == nil)
        #expect(try await fixture.status("a@example.com").marketingRefusal == nil)
        let mixed = ClientScope(organizationID: other.organizationID, clientID: fixture.scope.clientID)
        #expect(await failure(fixture.caller, erase(fixture, in: mixed))?.fields == ["client": "not_found"])
        _ = try await fixture.upsert("a@example.com", in: other)
        _ = try await fixture.caller.call(erase(fixture))
        #expect(try await fixture.status("a@example.com", in: other).contactID != nil)
    }
}

/// The services that an erasure tells.
private final class FakeServices: Sendable {
    let erased = Mutex<[Int64]>([])

    func caller(_ name: ServiceName) -> any RPCCaller {
        var methods = RPCMethodTable()
        methods.on(EraseContactRecipients.self) { [self] call, _ in
            erased.withLock { $0.append(call.contactID.rawValue) }
            return ErasedRecipients(counts: ["campaign_recipients_anonymized": 2])
        }
        methods.on(EraseContactMessages.self) { _, _ in ErasedMessages(messages: 3, events: 1) }
        methods.on(EraseContactEvents.self) { _, _ in ErasedEvents(events: 4, callbacks: 5) }
        methods.on(RecordMessageEvents.self) { call, _ in RecordedEvents(stored: call.events.count) }
        return InProcessCaller(methods, as: .audience)
    }
}

extension AudienceFixture {
    /// Runs the outbox of the service while `body` runs.
    fileprivate func pushing(_ services: FakeServices, _ body: () async throws -> Void) async throws {
        let database = try #require(TestDatabase.current)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let environment = ServiceEnvironment(
            name: .audience,
            configuration: ConfigReader(provider: InMemoryProvider(values: [:])),
            logger: logger,
            database: database.pool(asRole: "datamailer_audience"),
            caller: { services.caller($0) }
        )
        let built = try await AudienceBuild.build(environment)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: built.services, gracefulShutdownSignals: [], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
