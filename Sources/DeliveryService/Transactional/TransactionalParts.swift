import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime
import Tokens

/// Everything of transactional mail, wired.
struct TransactionalParts: Sendable {
    let worker: TransactionalWorker
    private let intake: TransactionalIntake
    private let handlers: TransactionalHandlers
    private let templates: TemplateHandlers

    init(
        environment: ServiceEnvironment,
        queue: any MessageQueue,
        limiter: AccountRateKeeper,
        transport: any MailTransport,
        links: TrackingLinks,
        outbox: Outbox
    ) {
        let database = environment.database
        let audience = environment.caller(.audience)
        let recorder = MessageRecorder(database: database, queue: queue, logger: environment.logger, recorded: { outbox.wake() })
        let window = TransactionalWindow(
            database: database,
            queue: queue,
            audience: audience,
            limiter: limiter,
            transport: transport,
            mail: TransactionalMail(links: MessageLinks(links: links, kind: .transactional)),
            recorder: recorder,
            workerName: WorkerName.current,
            logger: environment.logger
        )
        let worker = TransactionalWorker(database: database, queue: queue, window: window, recorder: recorder, logger: environment.logger)
        let cache = TemplateCache(database: database)
        self.worker = worker
        intake = TransactionalIntake(database: database, audience: audience, templates: cache) {
            worker.wake()
            outbox.wake()
        }
        handlers = TransactionalHandlers(database: database, intake: intake)
        templates = TemplateHandlers(database: database, audience: audience, cache: cache)
    }

    func register(in methods: inout RPCMethodTable) {
        handlers.register(in: &methods)
        templates.register(in: &methods)
    }

    /// Messages on their way keep the process awake, also those of a killed one until they are settled.
    func hasWork() async -> Bool {
        if worker.isBusy || intake.isBusy { return true }
        do { return try await worker.hasOpenWindows() } catch { return true }
    }

    static let statements: [any Statement.Type] = [
        LookUpSends.self, InsertMessages.self, WeighMessages.self, LoadMessages.self, ClaimMessages.self, RecordMessages.self,
        SettleOverdueMessages.self,
        CountTransactionalWindows.self, MessageByID.self, MessageEventRows.self, ContactMessageRows.self, CancelMessage.self,
        RememberErasure.self, ErasedAmong.self, EraseMessages.self, MessagesCopiedTo.self, RemoveCopies.self, ExportMessageRows.self,
        StoreTemplate.self, AddTemplateVersion.self, TemplateByKey.self, TemplatePageRows.self, TemplateVersionRows.self,
        TemplateVersionsByID.self, ErasureLock.Share.self, ErasureLock.Take.self,
    ]
}
