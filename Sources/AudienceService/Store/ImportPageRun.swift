import Contracts
import Model
import Postgres

/// Applies one page inside its transaction, batch by batch.
struct ImportPageRun {
    private let job: ImportJob
    private var writer: ContactWriter
    private let wantsResults: Bool
    private var counts: ImportCounts
    private var results: [ImportRowResult] = []
    /// Erased people and attributes that are too large together are faults, found after parsing.
    private var refused: [RowFault] = []

    init(job: ImportJob, known: KnownScope, now: Timestamp, wantsResults: Bool, connection: PostgresConnection) {
        self.job = job
        self.wantsResults = wantsResults
        counts = job.state.counts
        writer = ContactWriter(
            known: known,
            merge: ContactMerge(now: now, source: "import:\(job.state.jobID)", keepsSuppression: true),
            importJobID: job.state.jobID,
            dryRun: job.dryRun,
            connection: connection
        )
    }

    /// Copying failed on an earlier attempt.
    mutating func avoidCopies() { writer.copies = false }

    /// The page's result, with the counts of the whole import so far.
    mutating func apply(_ start: ImportPageStart) async throws -> (ImportPageResult, ImportPageSink) {
        var reader = start.reader
        var patches = start.first
        while !patches.isEmpty {
            try await apply(patches, reader.sink.rows.tagSets)
            patches = ImportPageStart.sorted(reader.next(AudienceHandlers.importBatch))
        }
        var sink = reader.sink
        for fault in refused { sink.add(fault) }
        counts.total += sink.recordCount
        counts.invalid += sink.faultCount
        results.sort { $0.item < $1.item }
        let faults = sink.faults.sorted { ($0.item, $0.line) < ($1.item, $1.line) }
        return (ImportPageResult(counts: counts, faults: faults, results: results), sink)
    }

    private mutating func apply(_ sorted: [ContactPatch], _ tagSets: TagSets) async throws {
        let unique = dropDuplicates(sorted)
        let tags = try await TagIDs.resolve(tagSets, audienceID: job.scope.audienceID, adds: !job.dryRun, writer.connection)
        let outcomes = try await writer.apply(unique, tags: tags)
        try await remember(unique, outcomes)
        var contacts: [Int64: ContactStatus] = [:]
        if wantsResults, !job.dryRun {
            let statement = ContactStatusesByID(scope: job.scope, ids: outcomes.compactMap(\.contactID))
            for stored in try await writer.connection.run(statement) {
                let status = stored.named(writer.known)
                if let id = status.contactID { contacts[id.rawValue] = status }
            }
        }
        for (patch, outcome) in zip(unique, outcomes) { count(patch, outcome, contacts) }
    }

    /// Of equal addresses, which stand together and in the order of the file, the first wins.
    private mutating func dropDuplicates(_ sorted: [ContactPatch]) -> [ContactPatch] {
        var unique: [ContactPatch] = []
        unique.reserveCapacity(sorted.count)
        for patch in sorted {
            if let kept = unique.last, kept.email == patch.email {
                addDuplicate(patch, keptItem: kept.item)
            } else {
                unique.append(patch)
            }
        }
        return unique
    }

    private mutating func addDuplicate(_ patch: ContactPatch, keptItem: Int) {
        counts.skipped += 1
        guard wantsResults else { return }
        results.append(
            ImportRowResult(item: patch.item, email: patch.email, action: .skipped, reason: "duplicate_input", keptItem: keptItem)
        )
    }

    /// Keeps the addresses that this import did not create, for its later pages.
    private func remember(_ patches: [ContactPatch], _ outcomes: [ContactWriter.Outcome]) async throws {
        var seen = AddImportSeen(jobID: job.state.jobID, emails: [], items: [])
        for (patch, outcome) in zip(patches, outcomes) {
            switch outcome.action {
            case .updated, .unchanged: break
            case .created where job.dryRun: break
            case .created, .duplicate, .erased, .attributesTooLong: continue
            }
            seen.emails.append(patch.email)
            seen.items.append(Int32(clamping: patch.item))
        }
        if !seen.emails.isEmpty { try await writer.connection.execute(seen) }
    }

    private mutating func count(_ patch: ContactPatch, _ outcome: ContactWriter.Outcome, _ contacts: [Int64: ContactStatus]) {
        if let refusal = outcome.refusal {
            var reasons = RowReasons()
            for (field, reason) in refusal.fields { reasons.add(field, reason) }
            return refused.append(
                RowFault(line: patch.line, item: patch.item, email: patch.email, errors: reasons.errors, details: reasons.details)
            )
        }
        var action = ImportRowResult.Action.unchanged
        switch outcome.action {
        case .duplicate(let keptItem): return addDuplicate(patch, keptItem: keptItem)
        case .erased, .attributesTooLong: return
        case .created: action = job.dryRun ? .wouldCreate : .created
        case .updated: action = job.dryRun ? .wouldUpdate : .updated
        // A dry run only tells who is there already, as recorded.
        case .unchanged: action = job.dryRun ? .wouldUpdate : .unchanged
        }
        switch action {
        case .created: counts.created += 1
        case .updated: counts.updated += 1
        case .unchanged: counts.unchanged += 1
        // A dry run changes nothing, so nothing counts as changed.
        case .skipped, .wouldCreate, .wouldUpdate: counts.skipped += 1
        }
        guard wantsResults else { return }
        let contact = outcome.contactID.flatMap { contacts[$0] }
        results.append(ImportRowResult(item: patch.item, email: patch.email, action: action, contact: contact))
    }
}
