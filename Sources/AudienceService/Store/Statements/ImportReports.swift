import Contracts
import Model
import Postgres

/// What a client may know of its import.
struct ImportJobReportByID: Statement {
    static let sample = Self(organizationID: OrganizationID(1), clientID: ClientID(1), jobID: ImportJobID(1))
    var organizationID: OrganizationID
    var clientID: ClientID
    var jobID: ImportJobID
    var sql: SQL {
        """
        SELECT import_jobs.id, import_jobs.format, import_jobs.dry_run, import_jobs.is_background,
            coalesce(import_jobs.idempotency_key, '') AS idempotency_key, import_jobs.total_count, import_jobs.created_count,
            import_jobs.updated_count, import_jobs.unchanged_count, import_jobs.skipped_count, import_jobs.invalid_count,
            import_jobs.error, import_jobs.created_at, import_jobs.started_at, import_jobs.failed_at IS NOT NULL AS failed,
            import_jobs.finished_at IS NOT NULL AS succeeded, coalesce(import_jobs.finished_at, import_jobs.failed_at) AS completed_at,
            import_jobs.updated_at, import_jobs.next_sequence, audiences.slug AS audience_slug, clients.slug AS client_slug
        FROM audience.import_jobs
        JOIN audience.audiences ON audiences.id = import_jobs.audience_id
        JOIN audience.clients ON clients.id = import_jobs.client_id
        WHERE import_jobs.id = \(jobID) AND import_jobs.organization_id = \(organizationID) AND import_jobs.client_id = \(clientID)
        """
    }

    func decode(_ row: Row) throws -> ImportJobReport {
        let startedAt = try row.decodeIfPresent("started_at", as: Timestamp.self)
        let isBegun = try row.decode("next_sequence", as: Int32.self) > 0 || startedAt != nil
        var status = isBegun ? ImportJobStatus.processing : .pending
        if try row.decode("failed") { status = .failed }
        if try row.decode("succeeded") { status = .succeeded }
        return ImportJobReport(
            jobID: try row.decode("id"),
            status: status,
            audience: try row.decode("audience_slug"),
            client: try row.decode("client_slug"),
            format: ImportFormat(rawValue: try row.decode("format")) ?? .csv,
            dryRun: try row.decode("dry_run"),
            isBackground: try row.decode("is_background"),
            idempotencyKey: try row.decode("idempotency_key"),
            counts: try ImportCounts(row),
            error: try row.decode("error"),
            createdAt: try row.decode("created_at"),
            startedAt: startedAt,
            completedAt: try row.decodeIfPresent("completed_at"),
            updatedAt: try row.decode("updated_at")
        )
    }
}

/// The refused rows of some pages, in the order of the file.
struct ImportFaultsBySequence: Statement {
    static let sample = Self(jobID: ImportJobID(1), after: -1)
    var jobID: ImportJobID
    var after: Int32

    struct Output: Sendable {
        var sequence: Int32
        var faults: [RowFault]
    }

    var sql: SQL {
        """
        SELECT import_pages.sequence, import_pages.result -> 'faults' AS faults
        FROM audience.import_pages
        WHERE import_pages.job_id = \(jobID) AND import_pages.sequence > \(after) AND import_pages.result -> 'faults' <> '[]'
        ORDER BY import_pages.sequence
        LIMIT 2
        """
    }

    func decode(_ row: Row) throws -> Output {
        let json = try row.decode("faults", as: RawJSONText.self)
        return Output(sequence: try row.decode("sequence"), faults: try RowFault.list(json.text))
    }
}

extension ImportCounts {
    /// Of a row of `import_jobs`.
    init(_ row: Row) throws {
        self.init()
        total = Int(try row.decode("total_count", as: Int64.self))
        created = Int(try row.decode("created_count", as: Int64.self))
        updated = Int(try row.decode("updated_count", as: Int64.self))
        unchanged = Int(try row.decode("unchanged_count", as: Int64.self))
        skipped = Int(try row.decode("skipped_count", as: Int64.self))
        invalid = Int(try row.decode("invalid_count", as: Int64.self))
    }
}
