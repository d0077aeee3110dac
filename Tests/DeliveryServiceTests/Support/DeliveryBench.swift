import Contracts
import JSONRPC
import Model
import Postgres
import Schemas
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import DeliveryService

/// The parts of Delivery on a database of the test's own.
struct DeliveryBench: Sendable {
    let database: PostgresPool
    let queue: PostgresQueue
    let outbox = Outbox(schema: "delivery")
    let keys: TokenKeys
    let links: TrackingLinks

    static var migrations: TestDatabase.SchemaMigrations {
        (schema: "delivery", role: "datamailer_delivery", migrations: Schemas.delivery)
    }

    init() throws {
        database = try #require(TestDatabase.current).pool(asRole: "datamailer_delivery")
        queue = PostgresQueue(database: database)
        keys = try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))])
        links = try #require(TrackingLinks(publicURL: "https://mail.example.org", signer: TokenSigner(keys: keys)))
    }

    func process(_ campaign: any RPCCaller, _ transport: any MailTransport) async throws -> CampaignMessageProcess {
        let rates = AccountRateKeeper(database: database, transport: transport, configuredRate: nil, logger: .silent)
        try await rates.learn()
        return CampaignMessageProcess(
            campaign: campaign,
            queue: queue,
            limiter: rates,
            sender: WindowSender(
                revisions: RevisionCache(campaign: campaign),
                transport: transport,
                tokens: MessageLinks(links: links, kind: .campaign),
                logger: .silent
            ),
            recorder: OutcomeRecorder(
                campaign: campaign,
                database: database,
                outbox: outbox,
                logger: .silent,
                firstPause: .milliseconds(1)
            ),
            workerName: "test",
            logger: .silent
        )
    }

    /// A leased message that names the rows.
    func message(_ ids: some Sequence<Int64>) async throws -> (CampaignEmailMessage, ReceivedMessage) {
        let work = CampaignEmailMessage(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: Array(ids))
        try await queue.send(.campaignEmail, bodies: [work.body], delay: .zero)
        return (work, try #require(try await queue.receive(.campaignEmail, limit: 1).first))
    }
}

/// Answers as a test tells it, and keeps what it was given.
final class ScriptedTransport: MailTransport {
    private let answer: @Sendable (OutgoingMessage) async -> SendResult
    private let rate: ProviderRate
    private let seen = Mutex<[OutgoingMessage]>([])

    init(
        rate: ProviderRate = .unlimited,
        _ answer: @escaping @Sendable (OutgoingMessage) async -> SendResult = { _ in .accepted(messageID: "id") }
    ) {
        self.rate = rate
        self.answer = answer
    }

    var account: String { "scripted" }
    var messages: [OutgoingMessage] { seen.withLock { $0 } }
    func allowedRate() async -> ProviderRate { rate }

    func send(_ message: OutgoingMessage) async -> SendResult {
        seen.withLock { $0.append(message) }
        return await answer(message)
    }
}
