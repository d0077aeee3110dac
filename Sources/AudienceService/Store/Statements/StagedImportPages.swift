import Contracts
import JSON
import Model
import Postgres

/// Stores a page for later, and counts it.
struct AddStagedPage: Statement {
    static let sample = Self(
        jobID: ImportJobID(1),
        sequence: 0,
        firstLine: 2,
        firstItem: 1,
        records: Bytea([]),
        refused: RawJSONText("[]"),
        isLast: false,
        now: Timestamp(microseconds: 0)
    )
    var jobID: ImportJobID
    var sequence: Int32
    var firstLine: Int64
    var firstItem: Int64
    var records: Bytea
    var refused: RawJSONText
    var isLast: Bool
    var now: Timestamp
    var sql: SQL {
        """
        WITH staged AS (
            INSERT INTO audience.import_staged_pages (job_id, sequence, first_line, first_item, records, refused, is_last)
            VALUES (\(jobID), \(sequence), \(firstLine), \(firstItem), \(records), \(refused), \(isLast))
        )
        UPDATE audience.import_jobs
        SET staged_pages = \(sequence) + 1,
            staged_at = CASE WHEN \(isLast) THEN \(now)::timestamptz END,
            updated_at = \(now)
        WHERE import_jobs.id = \(jobID)
        """
    }
}

/// Jobs that have stored pages to apply, the oldest first.
struct DueImports: Statement {
    static let sample = Self()

    struct Output: Sendable {
        var jobID: ImportJobID
        var organizationID: OrganizationID
        var nextSequence: Int32
    }

    var sql: SQL {
        """
        SELECT import_jobs.id, import_jobs.organization_id, import_jobs.next_sequence
        FROM audience.import_jobs
        WHERE import_jobs.is_background AND import_jobs.staged_at IS NOT NULL AND import_jobs.finished_at IS NULL
            AND import_jobs.failed_at IS NULL
        ORDER BY import_jobs.id
        LIMIT 8
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            jobID: try row.decode("id"),
            organizationID: try row.decode("organization_id"),
            nextSequence: try row.decode("next_sequence")
        )
    }
}

/// A stored page.
struct StagedPage: Statement {
    static let sample = Self(jobID: ImportJobID(1), organizationID: OrganizationID(1), sequence: 0)
    var jobID: ImportJobID
    var organizationID: OrganizationID
    var sequence: Int32

    struct Output: Sendable {
        /// Without its records.
        var page: ImportPage
        var records: [UInt8]
    }

    var sql: SQL {
        """
        SELECT import_staged_pages.first_line, import_staged_pages.first_item, import_staged_pages.records, import_staged_pages.refused,
            import_staged_pages.is_last
        FROM audience.import_staged_pages
        WHERE import_staged_pages.job_id = \(jobID) AND import_staged_pages.sequence = \(sequence)
        """
    }

    func decode(_ row: Row) throws -> Output {
        let refused = try row.decode("refused", as: RawJSONText.self)
        let page = ImportPage(
            jobID: jobID,
            organizationID: organizationID,
            sequence: Int(sequence),
            firstLine: Int(try row.decode("first_line", as: Int64.self)),
            firstItem: Int(try row.decode("first_item", as: Int64.self)),
            records: "",
            refused: try RowFault.list(refused.text),
            wantsResults: false,
            isLast: try row.decode("is_last")
        )
        return Output(page: page, records: try row.decode("records", as: Bytea.self).bytes)
    }
}

/// Forgets a stored page, in the transaction that applies it.
struct DeleteStagedPage: Statement {
    static let sample = Self(jobID: ImportJobID(1), sequence: 0)
    var jobID: ImportJobID
    var sequence: Int32
    var sql: SQL {
        """
        DELETE FROM audience.import_staged_pages
        WHERE import_staged_pages.job_id = \(jobID) AND import_staged_pages.sequence = \(sequence)
        """
    }
}

/// Says that a job is being worked on.
struct StartImportJob: Statement {
    static let sample = Self(jobID: ImportJobID(1), now: Timestamp(microseconds: 0))
    var jobID: ImportJobID
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.import_jobs
        SET started_at = \(now), updated_at = \(now)
        WHERE import_jobs.id = \(jobID) AND import_jobs.started_at IS NULL
        """
    }
}

/// Ends a job that cannot go on; what was applied stays.
struct FailImportJob: Statement {
    static let sample = Self(jobID: ImportJobID(1), error: "", now: Timestamp(microseconds: 0))
    var jobID: ImportJobID
    var error: String
    var now: Timestamp
    var sql: SQL {
        """
        WITH dropped AS (
            DELETE FROM audience.import_staged_pages
            WHERE import_staged_pages.job_id = \(jobID)
        )
        UPDATE audience.import_jobs
        SET failed_at = \(now), error = \(error), updated_at = \(now)
        WHERE import_jobs.id = \(jobID) AND import_jobs.finished_at IS NULL AND import_jobs.failed_at IS NULL
        """
    }
}

extension RowFault {
    /// Reads a stored list.
    static func list(_ json: String) throws -> [RowFault] {
        let result = "{\"counts\":{},\"results\":[],\"faults\":" + json + "}"
        return try ImportPageResult.read(ArraySlice(result.utf8)).faults
    }

    /// The list as it is stored.
    static func text(_ faults: [RowFault]) throws -> RawJSONText {
        var writer = JSONWriter(reservingCapacity: 1_024)
        try ImportPageResult(counts: ImportCounts(), faults: faults, results: []).write(to: &writer)
        return RawJSONText(try JSONValue.parse(writer.bytes)["faults"]?.text ?? "[]")
    }
}
