import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime

/// What the methods work with; each method is an extension in `Methods/`.
struct CampaignHandlers: Sendable {
    var database: PostgresPool
    var audience: any RPCCaller
    var outbox: Outbox
    var inbox: Inbox
    /// Rings when the runner has something to do.
    var runnerBell: WakeSignal
    /// Business time; deadlines and leases use the database's clock.
    var now: @Sendable () -> Timestamp = { Timestamp.now() }
    var logger: Logger

    /// Everything that Campaign answers.
    var methods: RPCMethodTable {
        var table = RPCMethodTable()
        table.on(PutCampaign.self) { try await put($0, $1) }
        table.on(GetCampaign.self) { try await get($0, $1) }
        table.on(ListCampaigns.self) { try await list($0, $1) }
        table.on(FindCampaigns.self) { try await find($0, $1) }
        table.on(GetCampaignContent.self) { try await getContent($0, $1) }
        table.on(GetPreviewContent.self) { try await getPreviewContent($0, $1) }
        table.on(GetRevision.self) { try await getRevision($0, $1) }
        table.on(QueueCampaign.self) { try await queue($0, $1) }
        table.on(CancelCampaign.self) { try await cancel($0, $1) }
        table.on(PauseCampaign.self) { try await pause($0, $1) }
        table.on(ResumeCampaign.self) { try await resume($0, $1) }
        table.on(ResendCampaign.self) { try await resend($0, $1) }
        table.on(ListRecipients.self) { try await listRecipients($0, $1) }
        table.on(ClaimRecipients.self) { try await claim($0, $1) }
        table.on(RecordOutcomes.self) { try await record($0, $1) }
        table.on(RecipientContext.self) { try await recipientContext($0, $1) }
        table.on(ApplyTrackingEvents.self) { try await applyTrackingEvents($0, $1) }
        table.on(ContactRecipients.self) { try await contactRecipients($0, $1) }
        table.on(EraseContactRecipients.self) { try await eraseContact($0, $1) }
        table.on(GetRecipientMail.self) { try await getRecipientMail($0, $1) }
        table.on(GetCampaignActivity.self) { try await activity($0, $1) }
        table.on(ScheduleCampaign.self) { try await schedule($0, $1) }
        table.on(ApplyProviderEvents.self) { try await applyProviderEvents($0, $1) }
        table.on(MatchProviderMessages.self) { try await matchProviderMessages($0, $1) }
        table.on(CampaignTick.self) { try await tick($0, $1) }
        registerRecounts(in: &table)
        table.registerHealth(CampaignHealth.self, name: .campaign, database: database)
        return table
    }

    /// The campaign, or the failure that its client sees.
    func campaign(at address: CampaignAddress, in executor: some PostgresExecutor) async throws -> StoredCampaign {
        guard CampaignKey.isValid(address.externalKey), let stored = try await executor.first(CampaignByKey(address: address)) else {
            throw ValidationFailure.field("external_key", "not_found")
        }
        return stored
    }

    /// The campaign under its row lock, read after the lock was won.
    func lockedCampaign(at address: CampaignAddress, in transaction: PostgresConnection) async throws -> StoredCampaign {
        guard CampaignKey.isValid(address.externalKey), let id = try await transaction.first(LockCampaignByKey(address: address)) else {
            throw ValidationFailure.field("external_key", "not_found")
        }
        return try await campaign(id, in: transaction)
    }

    func campaign(_ id: CampaignID, in executor: some PostgresExecutor) async throws -> StoredCampaign {
        guard let stored = try await executor.first(CampaignByID(id: id)) else {
            throw ValidationFailure.field("external_key", "not_found")
        }
        return stored
    }

    /// Writes the end of a campaign when nothing of it is left.
    ///
    /// Called after the commit that may have done its last batch: of two batches that end at the same time at least the later sees both.
    func finishIfDone(_ id: CampaignID) async throws {
        let now = now()
        try await database.transaction { transaction in
            guard try await transaction.first(LockCampaign(id: id)) != nil else { return }
            try await transaction.execute(FinishCampaign(id: id, at: now))
        }
    }
}
