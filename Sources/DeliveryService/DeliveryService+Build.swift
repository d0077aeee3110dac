import Contracts
import JSONRPC
import Model
import Postgres
import Schemas
import ServiceLifecycle
import ServiceRuntime
import Tokens

/// Puts the service together; tests call it too, with a transport of their own.
package enum DeliveryBuild {
    package static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        try await build(environment, transport: nil)
    }

    static func build(_ environment: ServiceEnvironment, transport given: (any MailTransport)?) async throws -> BuiltService {
        let configuration = try DeliveryConfiguration(environment.configuration)
        let transport = try given ?? TransportFactory.make(configuration, environment)
        let keys = try TokenKeys.load(path: configuration.tokenKeysFile)
        guard let links = TrackingLinks(publicURL: configuration.publicURL, signer: TokenSigner(keys: keys)) else {
            throw DeliveryConfiguration.Invalid(description: "DATAMAILER_PUBLIC_URL: \(configuration.publicURL) is not an http(s) address")
        }
        let parts = DeliveryParts(
            environment: environment,
            configuration: configuration,
            transport: transport,
            links: links,
            verifier: TokenVerifier(keys: keys)
        )
        var methods = RPCMethodTable()
        parts.handlers.register(in: &methods)
        parts.transactional.register(in: &methods)
        methods.registerHealth(DeliveryHealth.self, name: .delivery, database: environment.database)
        return BuiltService(
            methods: methods,
            services: [
                parts.outbox.pusher(database: environment.database, caller: environment.caller, logger: environment.logger), parts.rates,
                parts.worker, parts.transactional.worker, parts.providerEvents, parts.emailEvents,
            ],
            statements: DeliveryStatements.all,
            hasWork: { await parts.hasWork() }
        )
    }
}

/// What ``DeliveryBuild`` wires.
struct DeliveryParts: Sendable {
    let queue: PostgresQueue
    let worker: CampaignWorker
    let providerEvents: IntakeWorker<ProviderEventProcess>
    let emailEvents: IntakeWorker<EmailEventIntake>
    let rates: AccountRateKeeper
    let outbox: Outbox
    let handlers: DeliveryHandlers
    let transactional: TransactionalParts
    private let database: PostgresPool

    init(
        environment: ServiceEnvironment,
        configuration: DeliveryConfiguration,
        transport: any MailTransport,
        links: TrackingLinks,
        verifier: TokenVerifier
    ) {
        database = environment.database
        queue = PostgresQueue(database: database)
        outbox = Outbox(schema: "delivery")
        let campaign = environment.caller(.campaign)
        rates = AccountRateKeeper(
            database: database,
            transport: transport,
            configuredRate: configuration.maximumSendRate,
            logger: environment.logger
        )
        let process = CampaignMessageProcess(
            campaign: campaign,
            queue: queue,
            limiter: rates,
            sender: WindowSender(
                revisions: RevisionCache(campaign: campaign),
                transport: transport,
                tokens: MessageLinks(links: links, kind: .campaign),
                logger: environment.logger
            ),
            recorder: OutcomeRecorder(campaign: campaign, database: database, outbox: outbox, logger: environment.logger),
            workerName: WorkerName.current,
            logger: environment.logger
        )
        worker = CampaignWorker(queue: queue, process: process, logger: environment.logger)
        providerEvents = IntakeWorker(
            queue: queue,
            intake: ProviderEventProcess(campaign: campaign, database: database, outbox: outbox, logger: environment.logger),
            logger: environment.logger
        )
        emailEvents = IntakeWorker(
            queue: queue,
            intake: EmailEventIntake(campaign: campaign, database: database, outbox: outbox, verifier: verifier),
            logger: environment.logger
        )
        transactional = TransactionalParts(environment: environment, queue: queue, limiter: rates, transport: transport, links: links, outbox: outbox)
        let worker = worker
        let (providerEvents, emailEvents) = (providerEvents, emailEvents)
        let transactionalWorker = transactional.worker
        handlers = DeliveryHandlers(
            database: database,
            transport: transport,
            previewLinks: MessageLinks(links: links, kind: .preview),
            limiter: rates,
            outbox: outbox,
            wake: {
                worker.wake()
                providerEvents.wake()
                emailEvents.wake()
                transactionalWorker.wake()
            }
        )
    }

    /// Messages in work here, or visible within the next seconds, keep the process awake; later ones are the tick's business.
    func hasWork() async -> Bool {
        if worker.isBusy || providerEvents.isBusy || emailEvents.isBusy { return true }
        if await transactional.hasWork() { return true }
        do { return try await database.first(CountReadyMessages(withinSeconds: 15)) ?? 0 > 0 } catch { return true }
    }
}

/// Every statement of Delivery, prepared at start.
enum DeliveryStatements {
    static let all: [any Statement.Type] =
        [
            SendQueueMessages.self, ReceiveQueueMessages.self, ExtendQueueMessage.self, ReleaseQueueMessage.self, DeleteQueueMessage.self,
            BuryQueueMessage.self, CountQueues.self, CountReadyMessages.self, PeekMessages.self, RedriveMessages.self, EnqueueBatch.self,
            ForgetEnqueuedBatches.self, SetAllowedRate.self, AddSendRate.self, TakeSendTokens.self, ReturnSendTokens.self, SlowDownSending.self,
            BlockSending.self, DeleteQueueMessages.self, RecordProviderEvents.self, KnownProviderMessages.self, SoftBounceRuns.self,
            PruneProviderEvents.self, ForgetDeadNotifications.self, TransactionalOwners.self, TransactionalByProviderMessage.self,
            ApplyTransactionalEvents.self, ProviderEventSums.self, MessageSums.self, TakeEmailEvents.self, CountMessageActivity.self,
        ] + TransactionalParts.statements
}
