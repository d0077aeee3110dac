import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import DeliveryService

/// Transactional mail on a database of the test's own.
struct TransactionalBench: Sendable {
    static let scope = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(7))

    let bench: DeliveryBench
    let audience = FakeAudience()
    let transport: ScriptedTransport
    let intake: TransactionalIntake
    let templates: TemplateHandlers
    let handlers: TransactionalHandlers
    let worker: TransactionalWorker

    var database: PostgresPool { bench.database }

    init(_ transport: ScriptedTransport = ScriptedTransport(), content: ContentBudget = ContentBudget()) async throws {
        bench = try DeliveryBench()
        self.transport = transport
        let caller = audience.caller
        let cache = TemplateCache(database: bench.database)
        templates = TemplateHandlers(database: bench.database, audience: caller, cache: cache)
        let rates = AccountRateKeeper(database: bench.database, transport: transport, configuredRate: nil, logger: .silent)
        try await rates.learn()
        let recorder = MessageRecorder(database: bench.database, queue: bench.queue, logger: .silent)
        let window = TransactionalWindow(
            database: bench.database,
            queue: bench.queue,
            audience: caller,
            limiter: rates,
            transport: transport,
            mail: TransactionalMail(links: MessageLinks(links: bench.links, kind: .transactional)),
            recorder: recorder,
            content: content,
            workerName: "test",
            logger: .silent
        )
        let worker = TransactionalWorker(
            database: bench.database,
            queue: bench.queue,
            window: window,
            recorder: recorder,
            logger: .silent
        )
        self.worker = worker
        intake = TransactionalIntake(database: bench.database, audience: caller, templates: cache) { worker.wake() }
        handlers = TransactionalHandlers(database: bench.database, intake: intake)
    }

    @discardableResult
    func put(_ key: String = "hello", _ change: (inout TemplateContent) -> Void = { _ in }) async throws -> StoredTemplate {
        var content = TemplateContent(name: "Hello", subject: "Hi {{ name }}")
        content.htmlBody = "<p>Hi {{ name }}</p>"
        content.textBody = "Hi {{ name }}"
        content.requiredContext = [RequiredContext(name: "name", description: "")]
        change(&content)
        return try await templates.put(PutTemplate(scope: Self.scope, key: key, content: content))
    }

    func send(_ key: String? = nil, dryRun: Bool = false, _ change: (inout TransactionalSend) -> Void = { _ in }) async throws -> TransactionalReceipt
    {
        var send = TransactionalSend(email: "ann@example.com", templateKey: "hello")
        send.context = ["name": "Ann"]
        send.idempotencyKey = key
        change(&send)
        return try await intake.accept(send, scope: Self.scope, dryRun: dryRun)
    }

    /// The fields of a refused request.
    func faults(_ change: (inout TransactionalSend) -> Void) async throws -> [String: String] {
        do {
            _ = try await send(nil, change)
            return [:]
        } catch let failure as ValidationFailure {
            return failure.fields
        }
    }

    func erase(_ call: EraseContactMessages) async throws -> ErasedMessages { try await MessageErasure(database: database).erase(call) }

    func detail(_ receipt: TransactionalReceipt) async throws -> TransactionalMessageDetail {
        let id = try #require(receipt.messageID)
        let message = try #require(try await database.first(MessageByID(clientID: Self.scope.clientID, id: id)))
        return TransactionalMessageDetail(message: message, events: try await database.run(MessageEventRows(messageID: id)))
    }

    func status(_ receipt: TransactionalReceipt) async throws -> TransactionalStatus { try await detail(receipt).message.status }

    /// Whether it has this status and nothing waits any more.
    func isSettled(_ receipt: TransactionalReceipt, as status: TransactionalStatus) async throws -> Bool {
        guard try await counts().queued == 0 else { return false }
        return try await self.status(receipt) == status
    }

    /// Runs the worker until the condition holds, then stops it and waits for its end.
    func work(until condition: () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            // Looks again and again, without taking the processor from the worker.
            while try await !condition() { try await Task.sleep(for: .milliseconds(4)) }
            group.cancelAll()
        }
    }

    func script(_ sql: String) async throws {
        try await #require(TestDatabase.current).pool().withConnection { try await $0.script(sql) }
    }

    /// The highest id in the queues: an entry that is put off gets a new one.
    func newestEntry() async throws -> Int64 {
        try await database.run(PeekMessages(queue: .transactionalEmail, dead: false, limit: 100)).map(\.id).max() ?? 0
    }

    /// How many messages an attempt has begun of.
    func attempted() async throws -> Int {
        try await database.first(AttemptedMessages()) ?? 0
    }

    func counts() async throws -> TableCounts {
        try #require(try await database.first(TableCounts.Statement()))
    }
}

private struct AttemptedMessages: Statement {
    static var sample: Self { Self() }
    var sql: SQL { "SELECT count(*) AS count FROM delivery.transactional_messages WHERE attempt > 0" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}

/// How many rows there are.
struct TableCounts: Equatable, Sendable {
    var messages: Int
    var events: Int
    var queued: Int
    var news: Int

    struct Statement: Postgres.Statement {
        static var sample: Self { Self() }
        var sql: SQL {
            """
            SELECT
                (SELECT count(*) FROM delivery.transactional_messages) AS messages,
                (SELECT count(*) FROM delivery.message_events) AS events,
                (SELECT count(*) FROM delivery.queue_messages) AS queued,
                (SELECT COALESCE(sum(jsonb_array_length(params::jsonb -> 'events')), 0)::bigint FROM delivery.outbox) AS news
            """
        }
        func decode(_ row: Row) throws -> TableCounts {
            TableCounts(
                messages: try row.decode("messages"),
                events: try row.decode("events"),
                queued: try row.decode("queued"),
                news: try row.decode("news")
            )
        }
    }
}
