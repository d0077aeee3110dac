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
    /// Tracking as the consumer sees it: each event once, by its id.
    private final class FakeTracking: Sendable {
        let events = Mutex<[String: TrackingEvent]>([:])
        let isAway = Mutex(false)

        var caller: InProcessCaller {
            var methods = RPCMethodTable()
            methods.on(RecordEvents.self) { call, _ in
                if self.isAway.withLock({ $0 }) { throw PostgresError(message: "away", isUnavailable: true) }
                let fresh = self.events.withLock { events in
                    let fresh = call.events.filter { events[$0.eventID] == nil }
                    for event in fresh { events[event.eventID] = event }
                    return fresh
                }
                return RecordedEvents(stored: fresh.count)
            }
            return InProcessCaller(methods, as: .delivery)
        }
    }

    private struct Bench: Sendable {
        let base: DeliveryBench
        let tracking = FakeTracking()
        let worker: IntakeWorker<EmailEventIntake>

        init() throws {
            base = try DeliveryBench()
            let intake = EmailEventIntake(tracking: tracking.caller, verifier: TokenVerifier(keys: base.keys))
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

        var seen: [TrackingEvent] { tracking.events.withLock { $0.values.sorted { $0.messageID < $1.messageID } } }
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
        let seen = bench.seen
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
        #expect(bench.seen.map(\.messageID) == [5])
        let token = "tracking_token: not a token of ours for this event and url"
        #expect(
            try await bench.deadReasons() == [
                "body: not a JSON object", "event_type: missing or unknown",
                "no tracking_token, campaign_recipient_id or transactional_message_id: nothing says which message it is", token, token,
                "event_id: missing or empty",
            ]
        )
    }

    @Test("while Tracking is away events wait, without counting against them (D19)")
    func away() async throws {
        let bench = try Bench()
        bench.tracking.isAway.withLock { $0 = true }
        try await bench.base.queue.send(.emailEvents, bodies: [body("e-1", "open", ("campaign_recipient_id", 1))], delay: .zero)
        for _ in 0..<8 { await #expect(throws: (any Error).self) { try await bench.worker.takeRound() } }
        #expect(try await bench.numbers().waiting == 1)
        bench.tracking.isAway.withLock { $0 = false }
        #expect(try await bench.worker.takeRound())
        #expect(bench.seen.count == 1)
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
        #expect(bench.seen.count == 1)
        await #expect(throws: TooManyBodies.self) {
            try await handlers.enqueueEmailEvents(EnqueueEmailEvents(bodies: (0...100).map(String.init)))
        }
    }
}
