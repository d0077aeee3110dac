import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

/// The methods of Delivery.
struct DeliveryHandlers: Sendable {
    /// Ids in one `campaign-email` message; far below every queue's size limit.
    static let idsPerMessage = 512
    /// How long what outsiders told is kept: nobody repeats it later, and dead letters hold whole notifications with addresses in them.
    static let notificationDays = 60

    let database: PostgresPool
    let transport: any MailTransport
    let previewLinks: MessageLinks
    let limiter: AccountRateKeeper
    let outbox: Outbox
    let wake: @Sendable () -> Void

    func register(in methods: inout RPCMethodTable) {
        methods.on(EnqueueCampaignBatch.self) { call, _ in try await enqueueBatch(call) }
        methods.on(PreviewCampaign.self) { call, _ in try preview(call) }
        methods.on(SendCampaignTest.self) { call, _ in try await sendTest(call) }
        methods.on(EnqueueProviderEvents.self) { call, _ in try await enqueueProviderEvents(call) }
        methods.on(EnqueueEmailEvents.self) { call, _ in try await enqueueEmailEvents(call) }
        methods.on(ListQueues.self) { _, _ in QueueList(queues: try await database.run(CountQueues())) }
        methods.on(PeekQueue.self) { call, _ in try await peek(call) }
        methods.on(RedriveQueue.self) { call, _ in try await redrive(call) }
        methods.on(DeliveryTick.self) { _, _ in try await tick() }
        methods.on(DeliveryVerify.self) { call, _ in try await verify(call) }
        methods.on(RecountProviderEvents.self) { call, _ in try await recountProviderEvents(call) }
        methods.on(RecountMessages.self) { call, _ in try await recountMessages(call) }
    }

    func enqueueBatch(_ call: EnqueueCampaignBatch) async throws -> Empty {
        let bodies = stride(from: 0, to: call.recipientIDs.count, by: Self.idsPerMessage).map { start in
            let ids = Array(call.recipientIDs[start..<min(start + Self.idsPerMessage, call.recipientIDs.count)])
            return CampaignEmailMessage(campaignID: call.campaignID, batchID: call.batchID, recipientIDs: ids).body
        }
        try await database.execute(EnqueueBatch(batchID: call.batchID, generation: call.generation, bodies: bodies))
        wake()
        return Empty()
    }

    func peek(_ call: PeekQueue) async throws -> QueuePeek {
        let queue = try Self.queue(call.queue)
        return QueuePeek(messages: try await database.run(PeekMessages(queue: queue, dead: call.dead, limit: min(max(call.limit, 1), 100))))
    }

    func redrive(_ call: RedriveQueue) async throws -> QueueRedriven {
        let moved = try await database.execute(RedriveMessages(queue: try Self.queue(call.queue)))
        wake()
        return QueueRedriven(moved: Int64(moved))
    }

    func tick() async throws -> TickReport {
        try await database.execute(ForgetEnqueuedBatches(olderThanDays: 30))
        try await database.execute(PruneProviderEvents(olderThanDays: Self.notificationDays))
        try await Inbox(schema: "delivery").prune(in: database)
        try await database.execute(ForgetDeadNotifications(olderThanDays: Self.notificationDays))
        let ready = try await database.first(CountReadyMessages(withinSeconds: 0)) ?? 0
        if ready > 0 { wake() }
        return TickReport(due: ready)
    }

    /// Delivery's queues hold no counters; dead letters are reported because each stands for work that nobody does.
    func verify(_ call: DeliveryVerify) async throws -> VerifyReport {
        let backlog = try await outbox.backlog(database)
        var report = VerifyReport(mismatches: [], outboxPending: backlog.count, checked: 0, oldestWaitingSeconds: backlog.oldestSeconds)
        if call.onlyWaiting == true { return report }
        let queues = try await database.run(CountQueues())
        report.mismatches = queues.filter { $0.dead > 0 }.map { "queue \($0.name): \($0.dead) dead letters" }
        report.mismatches += try await outbox.deadItems(database)
        report.checked = queues.count
        return report
    }

    private static func queue(_ name: String) throws -> QueueName {
        guard let queue = QueueName(rawValue: name) else { throw ValidationFailure.field("queue", "not_found") }
        return queue
    }
}
