import Contracts
import JSON
import Model
import Postgres

/// Says that somebody still works on an import.
struct ExtendListImport: Statement {
    static let sample = Self(jobID: 1, leaseSeconds: 30)
    var jobID: Int64
    var leaseSeconds: Double
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET due_at = now() + make_interval(secs => \(leaseSeconds))
        WHERE id = \(jobID) AND status = 'processing'
        """
    }
}

/// Whether imports wait or are under way.
struct OpenListImports: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(*) AS open
        FROM audience.list_import_jobs
        WHERE status IN ('pending', 'processing')
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("open") }
}

/// Notes that a page of the file was read; no row when somebody else has noted one since.
struct NoteListImportPage: Statement {
    /// Refused lines that are kept to be shown.
    static let maximumFailedRows = 500
    static let sample = Self(jobID: 1, start: .init(), page: .init(), faults: [], isLast: false)
    var jobID: Int64
    var start: ListImportReader.Mark
    var page: ListImportReader.Page
    var faults: [ListImportFault]
    var isLast: Bool
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET read_bytes = \(page.end.bytes), read_lines = \(page.end.lines), read_sha256 = \(page.end.sha256), is_read = \(isLast),
            content_sha256 = CASE WHEN \(isLast) THEN \(page.end.sha256) ELSE '' END,
            row_count = row_count + \(page.members.count + page.faults.count), failed_count = failed_count + \(faults.count),
            failed_rows = jsonb_path_query_array(failed_rows || \(faults.json), '$[0 to 499]'), attempts = 1, updated_at = now()
        WHERE id = \(jobID) AND status = 'processing' AND NOT is_read AND read_bytes = \(start.bytes)
        """
    }
}

/// Begins a file anew that is not what it was.
struct RestartListImport: Statement {
    static let sample = Self(jobID: 1, mark: .init())
    var jobID: Int64
    var mark: ListImportReader.Mark
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET read_bytes = 0, read_lines = 0, read_sha256 = '', row_count = 0, failed_count = 0, failed_rows = '[]', updated_at = now()
        WHERE id = \(jobID) AND status = 'processing' AND NOT is_read AND read_bytes = \(mark.bytes)
        """
    }
}

/// Notes that rows were applied; no row when somebody else has noted some since.
struct NoteListImportRows: Statement {
    static let sample = Self(jobID: 1, after: 0, line: 1, created: 0, updated: 0, failed: [])
    var jobID: Int64
    var after: Int64
    var line: Int64
    var created: Int64
    var updated: Int64
    var failed: [ListImportFault]
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET applied_line = \(line), created_count = created_count + \(created), updated_count = updated_count + \(updated),
            failed_count = failed_count + \(failed.count),
            failed_rows = jsonb_path_query_array(failed_rows || \(failed.json), '$[0 to 499]'), attempts = 1, updated_at = now()
        WHERE id = \(jobID) AND status = 'processing' AND applied_line = \(after)
        """
    }
}

/// Notes that absent members were removed; no row when somebody else has noted some since.
struct NoteListImportRemovals: Statement {
    static let sample = Self(jobID: 1, after: 0, next: 1, removed: 0)
    var jobID: Int64
    var after: Int64
    var next: Int64
    var removed: Int64
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET judged_contact_id = \(next), removed_count = removed_count + \(removed), attempts = 1, updated_at = now()
        WHERE id = \(jobID) AND status = 'processing' AND judged_contact_id = \(after)
        """
    }
}

/// Tries again later.
struct PostponeListImport: Statement {
    static let sample = Self(jobID: 1, seconds: 1, error: "")
    var jobID: Int64
    var seconds: Double
    var error: String
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET due_at = now() + make_interval(secs => \(seconds)), error = \(error), updated_at = now()
        WHERE id = \(jobID) AND status = 'processing'
        """
    }
}

struct EndListImport: Statement {
    static let sample = Self(jobID: 1, status: .failed, error: "")
    var jobID: Int64
    var status: ListImportStatus
    var error: String
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET status = \(status.rawValue), error = \(error), completed_at = now(), updated_at = now()
        WHERE id = \(jobID) AND status = 'processing'
        """
    }
}

extension [ListImportFault] {
    fileprivate var json: JSONValue {
        .array(
            map { fault in
                let errors = fault.errors.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
                return ["line": .number(JSONNumber(fault.line)), "errors": .object(JSONObject(errors))]
            }
        )
    }
}
