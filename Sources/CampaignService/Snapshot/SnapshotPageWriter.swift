import Contracts
import Logging
import Model
import Postgres
import ServiceRuntime

/// Writes one page of candidates into the ledger: rows, batches, messages for Delivery and the cursor in one transaction, so that a
/// snapshot goes on where it was killed and a contact has one row, ever.
struct SnapshotPageWriter: Sendable {
    private static let noFields = Array("{}".utf8)[...]

    var handlers: CampaignHandlers

    /// - Returns: false when the snapshot does not stand where the page began (cancelled, or written by another process).
    func write(_ page: CandidatePage, of id: CampaignID, from cursor: ContactID) async throws -> Bool {
        let now = handlers.now()
        let skipReasons = page.skipReasons.lines
        let isWritten = try await handlers.database.transaction { transaction in
            // Whoever was erased since the page was asked for stands in it for the last time.
            try await transaction.execute(ErasureLock.Share(schema: "campaign"))
            let erased = Set(try await transaction.run(ErasedAmong(campaignID: id, contactIDs: page.contactIDs)))
            let reservation = ReserveSnapshotPage(
                id: id,
                cursor: cursor,
                recipients: page.contactIDs.count,
                batches: SnapshotBatch.count(skipReasons: skipReasons)
            )
            guard let ids = try await transaction.first(reservation) else { return false }
            let batches = SnapshotBatch.split(recipientIDs: ids.recipientIDs, skipReasons: skipReasons, batchIDs: ids.batchIDs)
            if !page.contactIDs.isEmpty { try await copy(page, ids.recipientIDs, batches, without: erased, of: id, transaction) }
            let messages = batches.filter { !$0.pendingIDs.isEmpty }.map { batch in
                EnqueueCampaignBatch(campaignID: id, batchID: batch.id, generation: 0, recipientIDs: batch.pendingIDs)
            }
            if !messages.isEmpty { try await transaction.execute(try AddOutboxCalls(messages)) }
            let end = page.next ?? page.contactIDs.last.map { ContactID($0) } ?? cursor
            try await transaction.execute(CloseSnapshotPage(id: id, cursor: end, isLast: page.next == nil, at: now, batches: batches))
            return true
        }
        guard isWritten else { return false }
        handlers.outbox.wake()
        if cursor.rawValue == 0, page.contactIDs.count >= Self.leap { await learnSize() }
        return true
    }

    /// Rows at once after which plans that were made before are no good any more; smaller pages are noticed by the server itself in time.
    private static let leap = 1_000

    private func learnSize() async {
        do { try await handlers.database.execute(AnalyzeLedger()) } catch {
            handlers.logger.warning("the ledger's size is not known yet", metadata: ["error": "\(error)"])
        }
    }

    /// The erased become what an erasure makes of rows: nobody's, refused when they are claimed.
    private func copy(
        _ page: CandidatePage,
        _ ids: [Int64],
        _ batches: [SnapshotBatch],
        without erased: Set<Int64>,
        of id: CampaignID,
        _ transaction: PostgresConnection
    ) async throws {
        let (emails, skipReasons, mergeFields) = (page.emails.lines, page.skipReasons.lines, page.mergeFields.lines)
        var row = 0
        var batch = 0
        try await transaction.copyIn(
            """
            COPY campaign.recipients (id, campaign_id, batch_id, contact_id, state, previous_state, email, skip_reason, merge_fields)
            FROM STDIN
            """
        ) {
            guard row < ids.count else { return nil }
            var writer = CopyTextWriter()
            let end = min(row + 1_000, ids.count)
            while row < end {
                if ids[row] > batches[batch].lastRecipient { batch += 1 }
                let state = skipReasons.isEmpty(at: row) ? LedgerState.pending : .skipped
                writer.integer(ids[row])
                writer.integer(id.rawValue)
                writer.integer(batches[batch].id.rawValue)
                let isErased = erased.contains(page.contactIDs[row])
                writer.integer(isErased ? -ids[row] : page.contactIDs[row])
                writer.integer(Int64(state.rawValue))
                writer.integer(Int64(state.rawValue))
                writer.utf8(isErased ? [] : emails[row])
                writer.utf8(skipReasons[row])
                writer.utf8(isErased ? Self.noFields : mergeFields[row])
                writer.endRow()
                row += 1
            }
            return writer.takeBytes()
        }
    }
}
