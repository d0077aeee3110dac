import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import Schemas
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import CampaignService

extension Trait where Self == DatabaseTrait {
    /// A database of the test's own with the campaign schema.
    static var campaignDatabase: Self { .database((schema: "campaign", role: "datamailer_campaign", migrations: Schemas.campaign)) }
}

/// The service in this process on the test's database, with an audience that obeys.
struct CampaignWorld: Sendable {
    final class Clock: Sendable {
        let time = Mutex(Timestamp(microseconds: 1_800_000_000_000_000))
        func now() -> Timestamp { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
    }

    static var migrations: [Migration] { Schemas.campaign }
    static let scope = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(2))

    let database: PostgresPool
    let audience = FakeAudience()
    let clock = Clock()
    let handlers: CampaignHandlers
    /// As Delivery, Tracking, the gateway and the operator at once.
    let api: InProcessCaller

    init() throws {
        let current = try #require(TestDatabase.current)
        database = current.pool(asRole: "datamailer_campaign", maximumConnections: 6)
        let clock = clock
        handlers = CampaignHandlers(
            database: database,
            audience: audience.caller,
            outbox: Outbox(schema: "campaign"),
            inbox: Inbox(schema: "campaign"),
            runnerBell: WakeSignal(),
            now: { clock.now() },
            logger: Logger(label: "test.campaign") { _ in SwiftLogNoOpLogHandler() }
        )
        api = InProcessCaller(handlers.methods, as: .operator)
    }

    func address(_ key: String = "c1", scope: ClientScope = Self.scope) -> CampaignAddress {
        CampaignAddress(scope: scope, externalKey: key)
    }

    @discardableResult
    func put(_ key: String = "c1", _ change: (inout CampaignChange) -> Void = { _ in }) async throws -> CampaignPutResult {
        var values = CampaignChange()
        values.subject = "News for {{ contact.attributes.first_name }}"
        values.htmlBody = "<p>Hello</p>"
        change(&values)
        return try await api.call(
            PutCampaign(address: address(key), audienceID: AudienceID(3), audienceSlug: "main", clientSlug: "app", change: values)
        )
    }

    func campaign(_ key: String = "c1") async throws -> Campaign { try await api.call(GetCampaign(address: address(key))).campaign }

    /// All pages of all snapshots, without the runner's waits.
    func snapshot() async throws {
        while true {
            let ids = try await database.run(NextSnapshot())
            if ids.isEmpty { return }
            for id in ids { _ = try await CampaignSnapshot(handlers: handlers).step(id) }
        }
    }

    /// A campaign with its rows in the ledger.
    func started(_ key: String = "c1", contacts: Int = 10, skipping reasons: [Int: SkipReason] = [:]) async throws -> Campaign {
        if contacts > 0 { audience.add(contacts, skipping: reasons) }
        try await put(key)
        _ = try await api.call(QueueCampaign(address: address(key)))
        try await snapshot()
        return try await campaign(key)
    }

    func recipients(_ key: String = "c1", state: RecipientState? = nil) async throws -> [Recipient] {
        try await api.call(ListRecipients(address: address(key), state: state, limit: 1_000)).recipients
    }

    /// The messages that wait for Delivery.
    func messages() async throws -> [EnqueueCampaignBatch] {
        try await database.run(OutboxCalls()).filter { $0.method == EnqueueCampaignBatch.name }
            .map { try EnqueueCampaignBatch.read(ArraySlice($0.params.utf8)) }
    }

    /// Without a name it is a window of its own, as every window of a worker is.
    func claim(
        _ campaign: Campaign,
        _ batch: EnqueueCampaignBatch,
        _ ids: [Int64]? = nil,
        worker: String = String(UInt64.random(in: .min ... .max), radix: 36)
    ) async throws -> ClaimedRecipients {
        try await api.call(
            ClaimRecipients(
                campaignID: campaign.id,
                batchID: batch.batchID,
                recipientIDs: Array((ids ?? batch.recipientIDs).prefix(64)),
                worker: worker
            )
        )
    }

    @discardableResult
    func record(
        _ campaign: Campaign,
        _ batch: EnqueueCampaignBatch,
        _ claimed: ClaimedRecipients,
        _ kind: AttemptOutcome.Kind,
        retryAfter: Int64 = 0
    ) async throws -> Int {
        let outcomes = zip(claimed.recipientIDs, claimed.attempts).map { id, attempt in
            AttemptOutcome(
                recipientID: id,
                attempt: attempt,
                kind: kind,
                providerMessageID: kind == .sent ? "m\(id)" : "",
                reason: kind == .sent ? "" : "because",
                retryAfterSeconds: retryAfter
            )
        }
        return try await api.call(RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: outcomes)).recorded
    }

    func sql(_ text: String) async throws { try await database.withConnection { try await $0.script(text) } }

    /// Every attempt in flight is past its deadline.
    func expireAttempts() async throws {
        try await sql("UPDATE campaign.recipients SET attempt_deadline = clock_timestamp() - interval '1 second' WHERE state = 1")
    }

    /// I4: every counter equals a recount of the ledger.
    func expectExactCounters(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let report = try await api.call(CampaignVerify())
        #expect(report.mismatches == [], comment, sourceLocation: sourceLocation)
    }
}

struct OutboxCalls: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT outbox.method, outbox.params FROM campaign.outbox ORDER BY outbox.id" }
    func decode(_ row: Row) throws -> (method: String, params: String) { (try row.decode("method"), try row.decode("params")) }
}
