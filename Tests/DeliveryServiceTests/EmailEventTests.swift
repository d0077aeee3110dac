import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import DeliveryService

@Suite("The consumer of events recorded elsewhere", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct EmailEventTests {
    /// The consumer on the test's database, with a Campaign that knows rows 1 to 10.
    private struct Bench: Sendable {
        let base: DeliveryBench
        let worker: IntakeWorker<EmailEventIntake>
        let isAway = Away()

        final class Away: Sendable { let now = Mutex(false) }

        init() throws {
            base = try DeliveryBench()
            var methods = RPCMethodTable()
            methods.on(Contracts.RecipientContext.self) { [isAway] call, _ in
                if isAway.now.withLock({ $0 }) { throw PostgresError(message: "away", isUnavailable: true) }
                guard call.recipientID.rawValue <= 10 else { throw Contracts.RecipientContext.Failure.notFound }
                let scope = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))
                return RecipientContextResult(
                    campaignID: CampaignID(1),
                    scope: scope,
                    contactID: ContactID(4),
                    email: "a@example.com",
                    clientName: "A"
                )
            }
            let intake = EmailEventIntake(
                campaign: InProcessCaller(methods, as: .delivery),
                database: base.database,
                outbox: base.outbox,
                verifier: TokenVerifier(keys: base.keys)
            )
            worker = IntakeWorker(queue: base.queue, intake: intake, logger: .silent)
        }

        func take(_ bodies: String...) async throws {
            try await base.queue.send(.emailEvents, bodies: bodies, delay: .zero)
            while try await worker.takeRound() {}
        }

        func numbers() async throws -> QueueNumbers {
            try #require(try await base.database.run(CountQueues()).first { $0.name == "email-events" })
        }

        func deadReasons() async throws -> [String] {
            try await base.database.run(PeekMessages(queue: .emailEvents, dead: true, limit: 100)).map(\.lastError)
        }

        /// What waits in the outbox for Tracking.
        func seen() async throws -> [TrackingEvent] {
            let items = try await base.database.run(ProviderEventWorkerTests.OutboxParams())
            return try items.filter { $0.method == RecordEvents.name }.flatMap { try RecordEvents.read(ArraySlice($0.params.utf8)).events }
                .sorted { $0.messageID < $1.messageID }
        }

        func expireLeases() async throws {
            try await base.database.withConnection {
                try await $0.script("UPDATE delivery.queue_messages SET visible_at = clock_timestamp() - interval '1 second'")
            }
        }

        /// Messages 1 and 2.
        func addMessages() async throws {
            try await base.database.withConnection {
                try await $0.script(
                    """
                    INSERT INTO delivery.transactional_messages (
                        organization_id, client_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id,
                        template_key, idempotency_key, category_tag, subject, html_body, text_body, metadata, status, attempt, resends_left
                    )
                    SELECT 7, 2, '', 55, 'ann@example.com', 's', 's', '', '[]', '[]', 1, 'k', 'key' || number, '', 'hi', '', '', '{}', 'sent', 1, 0
                    FROM generate_series(1, 2) AS number
                    """
                )
            }
        }
    }

    private struct Counters: Statement {
        static let sample = Self()
        var sql: SQL {
            """
            SELECT concat_ws(' ', open_count, click_count, first_opened_at AT TIME ZONE 'UTC', first_clicked_at AT TIME ZONE 'UTC') AS line
            FROM delivery.transactional_messages
            ORDER BY id
            """
        }
        func decode(_ row: Row) throws -> String { try row.decode("line") }
    }

    private func body(_ id: String, _ type: String = "open", _ members: (String, JSONValue)...) -> String {
        let head: [(key: String, value: JSONValue)] = [
            ("contract", "email-events"), ("version", 1), ("event_id", .string(id)), ("event_type", .string(type)),
            ("occurred_at", "2026-11-24T10:00:00.000000Z"), ("idempotency_key", .string("k-\(id)")),
        ]
        return JSONValue.object(JSONObject(head + members.map { (key: $0.0, value: $0.1) })).text
    }

    @Test("events reach Tracking with whose message they are about, each once by its id")
    func events() async throws {
        let bench = try Bench()
        try await bench.addMessages()
        let url = "https://example.org/a?b=1"
        let signer = TokenSigner(keys: bench.base.keys)
        let click = signer.sign(.click, kind: .campaign, messageID: 3, link: 2, url: url)
        let bodies = [
            body("e-1", "open", ("campaign_recipient_id", 1), ("metadata", ["user_agent": "Mail/1"])),
            body("e-2", "unsubscribe", ("transactional_message_id", 2)),
            body("e-3", "click", ("tracking_token", .string(click)), ("url", .string(url)), ("campaign_recipient_id", 99)),
            body("e-4", "click", ("campaign_recipient_id", 4), ("url", "https://example.org/?reader=ann")),
        ]
        for _ in 0..<2 { for body in bodies { try await bench.take(body) } }
        let seen = try await bench.seen()
        #expect(seen.map(\.messageID) == [1, 2, 3, 4])
        #expect(seen.map(\.type) == [.open, .unsubscribe, .click, .click])
        #expect(seen.map(\.messageKind) == [.campaign, .transactional, .campaign, .campaign])
        #expect(seen.map(\.userAgent) == ["Mail/1", "", "", ""])
        #expect(seen.map(\.unsubscribeScope) == ["", "client", "", ""])
        // A target that nobody signed is not stored: it may name its reader.
        #expect(seen.map(\.url) == ["", "", url, ""] && seen.map(\.link) == [0, 0, 2, 0])
        #expect(seen.allSatisfy { $0.occurredAt.iso8601 == "2026-11-24T10:00:00.000000Z" })
        let left = try await bench.numbers()
        #expect(left.waiting == 0 && left.inFlight == 0 && left.dead == 0)
    }

    @Test("what is of no version of the contract fails alone, with its reason")
    func invalid() async throws {
        let bench = try Bench()
        let signer = TokenSigner(keys: bench.base.keys)
        let foreign = signer.sign(.click, kind: .campaign, messageID: 3, link: 2, url: "https://example.org/a")
        let preview = signer.sign(.open, kind: .preview, messageID: 3)
        try await bench.take(
            "nonsense",
            body("e-1", "bounce", ("campaign_recipient_id", 1)),
            body("e-2", "open"),
            body("e-3", "click", ("tracking_token", .string(foreign)), ("url", "https://example.org/other")),
            body("e-4", "open", ("tracking_token", .string(preview))),
            body("", "open", ("campaign_recipient_id", 1)),
            body("e-5", "open", ("campaign_recipient_id", 5))
        )
        #expect(try await bench.seen().map(\.messageID) == [5])
        let token = "tracking_token: not a token of ours for this event and url"
        #expect(
            try await bench.deadReasons() == [
                "body: not a JSON object", "event_type: missing or unknown",
                "no tracking_token, campaign_recipient_id or transactional_message_id: nothing says which message it is", token, token,
                "event_id: missing or empty",
            ]
        )
    }

    @Test("opens and clicks of transactional messages are counted there too, once by their ids, whatever their order")
    func transactional() async throws {
        let bench = try Bench()
        try await bench.addMessages()
        let late = body("e-1", "open", ("transactional_message_id", 1))
        let early = late.replacing("e-1", with: "e-2").replacing("T10:00", with: "T09:00")
        // The same event with another time is the same event.
        let moved = late.replacing("T10:00", with: "T08:00")
        try await bench.take(late, early, moved, body("e-3", "click", ("transactional_message_id", 1)))
        try await bench.take(moved, early, body("e-4", "unsubscribe", ("transactional_message_id", 2)))
        #expect(try await bench.base.database.run(Counters()) == ["2 1 2026-11-24 09:00:00 2026-11-24 10:00:00", "0 0"])
        #expect(try await bench.base.database.run(TransactionalEventTests.Timeline()) == ["1 click", "1 open", "1 open", "2 unsubscribe"])
        #expect(try await bench.seen().count == 4)
    }

    @Test("an event of a message that nobody has waits a while and is a dead letter then; the log of Tracking does not get it")
    func unmatched() async throws {
        let bench = try Bench()
        try await bench.take(body("e-1", "open", ("campaign_recipient_id", 99)), body("e-2", "open", ("transactional_message_id", 99)))
        for _ in 0..<5 {
            try await bench.expireLeases()
            while try await bench.worker.takeRound() {}
        }
        #expect(try await bench.deadReasons() == ["no such campaign message: 99", "no such transactional message: 99"])
        #expect(try await bench.seen().isEmpty)
    }

    @Test("while Campaign is away events wait, without counting against them (D19)")
    func away() async throws {
        let bench = try Bench()
        bench.isAway.now.withLock { $0 = true }
        try await bench.base.queue.send(.emailEvents, bodies: [body("e-1", "open", ("campaign_recipient_id", 1))], delay: .zero)
        for _ in 0..<8 { await #expect(throws: (any Error).self) { try await bench.worker.takeRound() } }
        #expect(try await bench.numbers().waiting == 1)
        bench.isAway.now.withLock { $0 = false }
        #expect(try await bench.worker.takeRound())
        #expect(try await bench.seen().count == 1)
        #expect(try await bench.numbers().waiting == 0)
    }

    @Test("the intake puts bodies into the queue as they are, a hundred at a time")
    func intake() async throws {
        let bench = try Bench()
        let handlers = DeliveryHandlers(
            database: bench.base.database,
            transport: ScriptedTransport(),
            previewLinks: MessageLinks(links: bench.base.links, kind: .preview),
            limiter: AccountRateKeeper(database: bench.base.database, transport: ScriptedTransport(), configuredRate: nil, logger: .silent),
            outbox: bench.base.outbox,
            wake: {}
        )
        _ = try await handlers.enqueueEmailEvents(EnqueueEmailEvents(bodies: [body("e-1", "open", ("campaign_recipient_id", 1))]))
        #expect(try await bench.worker.takeRound())
        #expect(try await bench.seen().count == 1)
        await #expect(throws: TooManyBodies.self) {
            try await handlers.enqueueEmailEvents(EnqueueEmailEvents(bodies: (0...100).map(String.init)))
        }
    }
}
