import Contracts
import Model
import Postgres

/// Keeps what a page answered and adds its counts to the import.
struct RecordImportPage: Statement {
    static let sample = Self(
        jobID: ImportJobID(1),
        sequence: 0,
        isLast: false,
        page: ImportCounts(),
        result: RawJSONText("{}"),
        now: Timestamp(microseconds: 0)
    )
    var jobID: ImportJobID
    var sequence: Int32
    var isLast: Bool
    /// Of this page alone.
    var page: ImportCounts
    var result: RawJSONText
    var now: Timestamp
    var sql: SQL {
        """
        WITH recorded AS (
            INSERT INTO audience.import_pages (job_id, sequence, result, total_count, applied_at)
            VALUES (\(jobID), \(sequence), \(result), \(page.total), \(now))
        )
        UPDATE audience.import_jobs
        SET next_sequence = \(sequence) + 1,
            finished_at = CASE WHEN \(isLast) THEN \(now)::timestamptz END,
            total_count = import_jobs.total_count + \(page.total),
            created_count = import_jobs.created_count + \(page.created),
            updated_count = import_jobs.updated_count + \(page.updated),
            unchanged_count = import_jobs.unchanged_count + \(page.unchanged),
            skipped_count = import_jobs.skipped_count + \(page.skipped),
            invalid_count = import_jobs.invalid_count + \(page.invalid),
            updated_at = \(now)
        WHERE import_jobs.id = \(jobID)
        """
    }
}

/// What a page answered when it was applied.
struct ImportPageResultBySequence: Statement {
    static let sample = Self(jobID: ImportJobID(1), sequence: 0)
    var jobID: ImportJobID
    var sequence: Int32
    var sql: SQL {
        """
        SELECT import_pages.result
        FROM audience.import_pages
        WHERE import_pages.job_id = \(jobID) AND import_pages.sequence = \(sequence)
        """
    }

    func decode(_ row: Row) throws -> RawJSONText { try row.decode("result") }
}

/// Remembers the addresses of a page that the import did not create.
struct AddImportSeen: Statement {
    static let sample = Self(jobID: ImportJobID(1), emails: ["a@example.com"], items: [1])
    var jobID: ImportJobID
    var emails: [String]
    var items: [Int32]
    var sql: SQL {
        """
        INSERT INTO audience.import_seen (job_id, email, item)
        SELECT \(jobID), x.email, x.item
        FROM unnest(\(emails)::text[], \(items)::integer[]) AS x (email, item)
        ON CONFLICT (job_id, email) DO NOTHING
        """
    }
}

/// Which of these addresses earlier pages of the import have named, and in which record.
struct ImportSeenByEmail: Statement {
    static let sample = Self(jobID: ImportJobID(1), emails: ["a@example.com"])
    var jobID: ImportJobID
    var emails: [String]

    struct Output: Sendable {
        /// Index into the addresses given.
        var index: Int
        var item: Int
    }

    var sql: SQL {
        """
        SELECT (x.position - 1)::integer AS index, import_seen.item
        FROM unnest(\(emails)::text[]) WITH ORDINALITY AS x (email, position)
        JOIN audience.import_seen ON import_seen.job_id = \(jobID) AND import_seen.email = x.email
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(index: Int(try row.decode("index", as: Int32.self)), item: Int(try row.decode("item", as: Int32.self)))
    }
}

/// Forgets a dry run, of which nothing stays.
struct DeleteImportJob: Statement {
    static let sample = Self(jobID: ImportJobID(1))
    var jobID: ImportJobID
    var sql: SQL {
        """
        DELETE FROM audience.import_jobs
        WHERE import_jobs.id = \(jobID)
        """
    }
}
