import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing
import Tokens

@testable import DeliveryService

@Suite("The consumer of provider events", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct ProviderEventWorkerTests {
    /// The consumer on the test's database.
    struct Bench: Sendable {
        let base: DeliveryBench
        let ledger = FakeProviderLedger()
        let worker: IntakeWorker<ProviderEventProcess>

        init() throws {
            base = try DeliveryBench()
            worker = IntakeWorker(
                queue: base.queue,
                intake: ProviderEventProcess(campaign: ledger.caller, database: base.database, outbox: base.outbox, logger: .silent),
                logger: .silent
            )
        }

        /// Puts messages into the queue and works until none is visible.
        func take(_ bodies: [String]) async throws {
            try await base.queue.send(.sesWebhooks, bodies: bodies, delay: .zero)
            while try await worker.takeRound() {}
        }

        func take(_ events: JSONValue...) async throws { try await take(events.map { SESNotifications.envelope($0) }) }

        func numbers() async throws -> QueueNumbers {
            try #require(try await base.database.run(CountQueues()).first { $0.name == "ses-webhooks" })
        }

        /// What waits in the outbox for Audience.
        func suppressions() async throws -> [ProviderSuppression] {
            let items = try await base.database.run(OutboxParams()).filter { $0.method == ApplyProviderSuppression.name }
            return try items.flatMap { try ApplyProviderSuppression.read(ArraySlice($0.params.utf8)).events }
        }

        /// What waits in the outbox for Tracking.
        func news() async throws -> [MessageEvent] {
            let items = try await base.database.run(OutboxParams()).filter { $0.method == RecordMessageEvents.name }
            return try items.flatMap { try RecordMessageEvents.read(ArraySlice($0.params.utf8)).events }
        }

        func deadReasons() async throws -> [String] {
            try await base.database.run(PeekMessages(queue: .sesWebhooks, dead: true, limit: 100)).map(\.lastError)
        }

        /// All leases run out at once.
        func expireLeases() async throws {
            try await base.database.withConnection {
                try await $0.script("UPDATE delivery.queue_messages SET visible_at = clock_timestamp() - interval '1 second'")
            }
        }
    }

    struct OutboxParams: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT outbox.method, outbox.params FROM delivery.outbox ORDER BY outbox.id" }
        func decode(_ row: Row) throws -> (method: String, params: String) { (try row.decode("method"), try row.decode("params")) }
    }

    @Test("facts reach the ledger by our tag, hard bounces and complaints reach Audience with the address that they name")
    func facts() async throws {
        let bench = try Bench()
        try await bench.take(
            SESNotifications.delivery(id: "m-1", tag: "c-1"),
            SESNotifications.bounce("Permanent", "NoEmail", id: "m-2", tag: "c-2", bounced: ["Gone@Example.com"], status: "5.1.1"),
            SESNotifications.bounce("Transient", "General", id: "m-3", tag: "c-3", feedback: "f-3"),
            SESNotifications.complaint("abuse", id: "m-4", tag: "c-4", from: ["angry@example.com"]),
            SESNotifications.complaint("not-spam", id: "m-5", tag: "c-5", feedback: "k-5"),
            SESNotifications.event("Send", id: "m-6", tag: "c-6")
        )
        #expect(bench.ledger.facts(of: 1) == [.delivered])
        #expect(bench.ledger.facts(of: 2) == [.bounced])
        #expect(bench.ledger.facts(of: 3) == [.bounced])
        #expect(bench.ledger.facts(of: 4) == [.complained])
        #expect(bench.ledger.facts(of: 5) == [.sent])
        #expect(bench.ledger.facts(of: 6) == [.sent])
        let suppressions = try await bench.suppressions().sorted { $0.address < $1.address }
        #expect(suppressions.map(\.address) == ["angry@example.com", "gone@example.com"])
        #expect(suppressions.map(\.kind) == [.complaint, .hardBounce])
        #expect(suppressions.allSatisfy { $0.organizationID == OrganizationID(7) })
        #expect(suppressions.map(\.detail) == ["abuse", "Permanent/NoEmail 5.1.1"])
        let left = try await bench.numbers()
        #expect(left.waiting == 0 && left.inFlight == 0 && left.dead == 0)
    }

    @Test("copies, in whatever form and order, change nothing")
    func copies() async throws {
        let bench = try Bench()
        let events = [
            SESNotifications.bounce("Permanent", "General", id: "m-1", tag: "c-1"), SESNotifications.delivery(id: "m-1", tag: "c-1"),
            SESNotifications.complaint("abuse", id: "m-2", tag: "c-2"),
        ]
        try await bench.take(events.map { SESNotifications.envelope($0) })
        let facts = bench.ledger.applied
        let before = try await bench.suppressions()
        #expect(facts.count == 3 && before.count == 2)
        for round in 0..<3 {
            let copies = events.reversed().flatMap { [SESNotifications.envelope($0, id: "copy-\(round)"), $0.text] }
            try await bench.take(copies)
        }
        #expect(bench.ledger.applied == facts)
        #expect(try await bench.suppressions() == before)
    }

    @Test("history hears of deliveries, bounces and complaints once, with whose they are; of a send it has heard already")
    func news() async throws {
        let bench = try Bench()
        let events = [
            SESNotifications.event("Send", id: "m-1", tag: "c-1"), SESNotifications.delivery(id: "m-1", tag: "c-1"),
            SESNotifications.bounce("Transient", "General", id: "m-2", tag: "c-2"),
            SESNotifications.complaint("abuse", id: "m-3", tag: "c-3"),
        ]
        for _ in 0..<2 { try await bench.take(events.map { SESNotifications.envelope($0) }) }
        let news = try await bench.news().sorted { $0.type.rawValue < $1.type.rawValue }
        #expect(news.map(\.type) == [.bounce, .complaint, .delivered])
        #expect(news.map(\.recipientID) == [RecipientID(2), RecipientID(3), RecipientID(1)])
        #expect(news.map(\.contactID) == [ContactID(10_002), ContactID(10_003), ContactID(10_001)])
        #expect(news.allSatisfy { $0.organizationID == OrganizationID(7) && $0.clientID == ClientID(8) && $0.campaignID == CampaignID(3) })
        #expect(news.allSatisfy { $0.email == "ann@example.com" })
    }

    @Test("a copied recipient's bounce suppresses that address and not the reader (field survey D4)")
    func copiedRecipient() async throws {
        let bench = try Bench()
        try await bench.take(
            SESNotifications.bounce("Permanent", "General", to: ["ann@example.com", "copy@example.com"], bounced: ["copy@example.com"])
        )
        #expect(try await bench.suppressions().map(\.address) == ["copy@example.com"])
    }

    @Test("three soft bounces in two weeks suppress; a delivery between them starts the count anew; the message's own fault counts never")
    func softBounces() async throws {
        let bench = try Bench()
        func soft(_ number: Int, _ day: Int, _ address: String, _ subtype: String = "MailboxFull") -> JSONValue {
            SESNotifications.bounce(
                "Transient",
                subtype,
                id: "m-\(address)-\(number)",
                tag: "c-\(number)",
                bounced: [address],
                feedback: "f-\(address)-\(number)",
                at: "2026-11-\(day)T10:00:00.000Z"
            )
        }
        try await bench.take(soft(1, 10, "full@example.com"), soft(2, 12, "full@example.com"))
        #expect(try await bench.suppressions().isEmpty)
        try await bench.take(soft(3, 14, "full@example.com"))
        #expect(try await bench.suppressions().map(\.address) == ["full@example.com"])
        // Delivered in between.
        try await bench.take(soft(11, 10, "ok@example.com"), soft(12, 12, "ok@example.com"))
        try await bench.take(SESNotifications.delivery(id: "m-d", tag: "c-13", to: ["ok@example.com"], at: "2026-11-13T10:00:00.000Z"))
        try await bench.take(soft(14, 14, "ok@example.com"))
        // Too far apart.
        try await bench.take(soft(21, 10, "rare@example.com"), soft(22, 11, "rare@example.com"), soft(23, 27, "rare@example.com"))
        // Ours to mend.
        for number in 31...34 { try await bench.take(soft(number, 14, "big@example.com", "MessageTooLarge")) }
        #expect(try await bench.suppressions().map(\.address) == ["full@example.com"])
    }

    @Test("without a tag the provider's message id finds the message: from an earlier event, else from the ledger")
    func messageIDs() async throws {
        let bench = try Bench()
        try await bench.take(SESNotifications.event("Send", id: "m-1", tag: "c-1"))
        bench.ledger.know("m-2", as: 2)
        try await bench.take(
            SESNotifications.bounce("Permanent", "General", id: "m-1", tag: nil, named: "notificationType"),
            SESNotifications.complaint(nil, id: "m-2", tag: nil, named: "notificationType")
        )
        #expect(bench.ledger.facts(of: 1) == [.bounced, .sent])
        #expect(bench.ledger.facts(of: 2) == [.complained])
    }

    @Test("an event that comes before the ledger knows the message waits for it and is applied then (field survey D15)")
    func early() async throws {
        let bench = try Bench()
        try await bench.take(SESNotifications.bounce("Permanent", "General", id: "m-9", tag: nil))
        #expect(bench.ledger.applied.isEmpty)
        #expect(try await bench.numbers().inFlight == 1)
        bench.ledger.know("m-9", as: 9)
        try await bench.expireLeases()
        while try await bench.worker.takeRound() {}
        #expect(bench.ledger.facts(of: 9) == [.bounced])
        #expect(try await bench.numbers().inFlight == 0)
    }

    @Test("an event of no message of ours is kept: after the receive limit it is a dead letter with its reason")
    func unmatched() async throws {
        let bench = try Bench()
        try await bench.take(
            SESNotifications.delivery(id: "m-x", tag: "c-5000"),
            SESNotifications.delivery(id: "m-y", tag: nil),
            SESNotifications.delivery(id: "m-z", tag: "other-system")
        )
        for _ in 1..<QueueName.receiveLimit {
            #expect(try await bench.numbers().dead == 0)
            try await bench.expireLeases()
            while try await bench.worker.takeRound() {}
        }
        #expect(
            try await bench.deadReasons().sorted() == [
                "no such recipient: 5000 of provider message m-x", "no tag of ours, and no message with the id of provider message m-y",
                "unknown tag other-system of provider message m-z",
            ]
        )
    }

    @Test("a body of no contract is buried at once and alone; test copies and what a topic says about itself are done")
    func bodies() async throws {
        let bench = try Bench()
        let validated = #"{"Type":"Notification","MessageId":"1","Message":"Successfully validated SNS topic for Amazon SES event publishing."}"#
        let test = SESNotifications.envelope(SESNotifications.delivery(tag: "t-abc"))
        try await bench.take(["junk", validated, test, SESNotifications.envelope(SESNotifications.delivery(id: "m-1", tag: "c-1"))])
        #expect(bench.ledger.applied.count == 1)
        #expect(try await bench.deadReasons() == ["body: not a JSON object"])
        #expect(try await bench.numbers().inFlight == 0)
    }

    @Test("while Campaign is away nothing is lost and nothing is counted against the messages")
    func campaignAway() async throws {
        let bench = try Bench()
        bench.ledger.setAway(true)
        let body = SESNotifications.envelope(SESNotifications.bounce("Permanent", "General"))
        try await bench.base.queue.send(.sesWebhooks, bodies: [body], delay: .zero)
        for _ in 0..<(QueueName.receiveLimit * 2) {
            await #expect(throws: RPCCallError<NoFailure>.self) { try await bench.worker.takeRound() }
        }
        #expect(try await bench.numbers().waiting == 1)
        bench.ledger.setAway(false)
        #expect(try await bench.worker.takeRound())
        #expect(bench.ledger.facts(of: 1) == [.bounced])
        #expect(try await bench.suppressions().count == 1)
    }

    @Test("a message that cannot be applied does not hold up the others")
    func poison() async throws {
        let bench = try Bench()
        bench.ledger.poison("m-bad")
        let good = (1...20).map { SESNotifications.delivery(id: "m-\($0)", tag: "c-\($0)") }
        try await bench.take((good + [SESNotifications.delivery(id: "m-bad", tag: "c-30")]).map { SESNotifications.envelope($0) })
        #expect(bench.ledger.applied.count == 20)
        #expect(try await bench.numbers().inFlight == 1)
    }

    @Test("a round of a hundred events costs one call of Campaign")
    func grouping() async throws {
        let bench = try Bench()
        try await bench.take((1...200).map { SESNotifications.envelope(SESNotifications.delivery(id: "m-\($0)", tag: "c-\($0)"), id: "\($0)") })
        #expect(bench.ledger.applied.count == 200)
        #expect(bench.ledger.calls == 2)
    }

    @Test("what the gateway hands over is in the queue when it answers, and too much of it is refused as a whole")
    func enqueue() async throws {
        let bench = try Bench()
        let handlers = DeliveryHandlers(
            database: bench.base.database,
            transport: ScriptedTransport(),
            previewLinks: MessageLinks(links: bench.base.links, kind: .preview),
            limiter: AccountRateKeeper(
                database: bench.base.database,
                transport: ScriptedTransport(),
                configuredRate: nil,
                logger: .silent
            ),
            outbox: bench.base.outbox,
            wake: {}
        )
        _ = try await handlers.enqueueProviderEvents(EnqueueProviderEvents(bodies: ["a", "b\u{0}"]))
        #expect(try await bench.numbers().waiting == 2)
        await #expect(throws: TooManyBodies.self) {
            try await handlers.enqueueProviderEvents(EnqueueProviderEvents(bodies: (0...100).map(String.init)))
        }
        #expect(try await bench.numbers().waiting == 2)
    }
}
