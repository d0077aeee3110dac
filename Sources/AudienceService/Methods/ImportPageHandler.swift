import CSV
import Contracts
import Cryptography
import JSON
import Model
import Postgres

extension AudienceHandlers {
    /// Records of one page in bytes, before base64.
    static let maximumPageBytes = 4 << 20
    /// Changes that are applied together.
    static let importBatch = 10_000

    /// How long a page waits for the one before it.
    static let importTurn = Duration.seconds(60)

    func importPage(_ request: ImportPage) async throws -> ImportPageResult {
        let place = importTurns.enter(request.jobID, request.sequence)
        defer { importTurns.leave(place) }
        return try await importPage(request, bytes: try ImportPageRules.records(request), place)
    }

    /// Applies a page whose records are `bytes`, after the one before it when it has a place.
    func importPage(_ request: ImportPage, bytes: [UInt8], _ place: ImportTurns.Place? = nil) async throws -> ImportPageResult {
        let job = try await database.first(ImportJobByID(organizationID: request.organizationID, jobID: request.jobID))
        guard let job else { throw ValidationFailure.field("job_id", "not_found") }
        if request.sequence < job.state.nextSequence { return try await replay(request, job) }
        // Read before the job is locked: the server applies the page before meanwhile.
        let start = try ImportPageStart(page: request, bytes: bytes, job: job)
        if request.waitsForPrevious, job.state.nextSequence < request.sequence { await place?.turn(within: Self.importTurn) }
        let now = Timestamp.now()
        do {
            return try await database.retriedTransaction { connection, isRepeated in
                try await applyPage(request, start, now, copies: !isRepeated, connection)
            }
        } catch let error as PageAppliedMeanwhile {
            return try await replay(request, error.job)
        }
    }

    private func replay(_ request: ImportPage, _ job: ImportJob) async throws -> ImportPageResult {
        let sequence = Int32(clamping: request.sequence)
        if let stored = try await database.first(ImportPageResultBySequence(jobID: request.jobID, sequence: sequence)) {
            return try ImportPageResult.read(ArraySlice(stored.text.utf8))
        }
        return ImportPageResult(counts: job.state.counts, faults: [], results: [])
    }

    private func applyPage(
        _ request: ImportPage,
        _ start: ImportPageStart,
        _ now: Timestamp,
        copies: Bool,
        _ connection: PostgresConnection
    ) async throws -> ImportPageResult {
        try await connection.execute(PlanByKeys())
        let lock = LockImportJob(organizationID: request.organizationID, jobID: request.jobID)
        guard let job = try await connection.first(lock) else { throw ValidationFailure.field("job_id", "not_found") }
        if request.sequence < job.state.nextSequence { throw PageAppliedMeanwhile(job: job) }
        guard request.sequence == job.state.nextSequence else { throw ValidationFailure.field("sequence", "out_of_order") }
        guard !job.state.finished else { throw ValidationFailure.field("sequence", "finished") }
        let known = try await KnownScope.find(job.scope, connection)
        var run = ImportPageRun(job: job, known: known, now: now, wantsResults: request.wantsResults, connection: connection)
        if !copies { run.avoidCopies() }
        let (page, sink) = try await run.apply(start)
        return try await finish(request, job, page, sink, now, connection)
    }

    private func finish(
        _ request: ImportPage,
        _ job: ImportJob,
        _ page: ImportPageResult,
        _ sink: ImportPageSink,
        _ now: Timestamp,
        _ connection: PostgresConnection
    ) async throws -> ImportPageResult {
        if job.isBackground {
            try await connection.execute(DeleteStagedPage(jobID: request.jobID, sequence: Int32(clamping: request.sequence)))
        } else if job.dryRun, request.isLast {
            try await connection.execute(DeleteImportJob(jobID: request.jobID))
            return page
        }
        var writer = JSONWriter(reservingCapacity: 4_096)
        try page.write(to: &writer)
        try await connection.execute(
            RecordImportPage(
                jobID: request.jobID,
                sequence: Int32(clamping: request.sequence),
                isLast: request.isLast,
                page: page.counts.subtracting(job.state.counts),
                result: RawJSONText(String(decoding: writer.bytes, as: UTF8.self)),
                now: now
            )
        )
        return page
    }
}

/// Another call applied the page between the first look and the lock.
struct PageAppliedMeanwhile: Error {
    var job: ImportJob
}

/// What a page may be.
enum ImportPageRules {
    static func records(_ request: ImportPage) throws(ValidationFailure) -> [UInt8] {
        var faults: [String: String] = [:]
        if request.sequence < 0 || request.sequence >= Int(Int32.max) { faults["sequence"] = "invalid" }
        if request.firstLine < 1 || request.firstLine > 1 << 40 { faults["first_line"] = "invalid" }
        if request.firstItem < 1 || request.firstItem > 1 << 30 { faults["first_item"] = "invalid" }
        if request.refused.count > 1_000_000 { faults["refused"] = "too_many" }
        var bytes: [UInt8] = []
        if request.records.utf8.count > (AudienceHandlers.maximumPageBytes + 2) / 3 * 4 {
            faults["records"] = "too_large"
        } else if let decoded = Base64.standard.decode(request.records) {
            bytes = decoded
        } else {
            faults["records"] = "invalid_base64"
        }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return bytes
    }
}

extension ImportCounts {
    func subtracting(_ other: ImportCounts) -> ImportCounts {
        var rest = self
        rest.total -= other.total
        rest.created -= other.created
        rest.updated -= other.updated
        rest.unchanged -= other.unchanged
        rest.skipped -= other.skipped
        rest.invalid -= other.invalid
        return rest
    }
}
