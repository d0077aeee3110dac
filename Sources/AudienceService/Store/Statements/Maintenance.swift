import Postgres

/// Forgets a bounded number of addresses that no running import needs.
struct PruneImportSeen: Statement {
    static let sample = Self(limit: 1)
    var limit: Int
    var sql: SQL {
        """
        DELETE FROM audience.import_seen
        WHERE (import_seen.job_id, import_seen.email) IN (
            SELECT seen.job_id, seen.email
            FROM audience.import_seen AS seen
            LEFT JOIN audience.import_jobs ON import_jobs.id = seen.job_id
            WHERE import_jobs.id IS NULL OR import_jobs.finished_at IS NOT NULL OR import_jobs.updated_at < now() - interval '30 days'
            LIMIT \(limit)
        )
        """
    }
}

/// Forgets what pages answered a month after their import ended; until then it can be asked for again.
struct PruneImportPages: Statement {
    static let sample = Self(limit: 1)
    var limit: Int
    var sql: SQL {
        """
        DELETE FROM audience.import_pages
        WHERE (import_pages.job_id, import_pages.sequence) IN (
            SELECT pages.job_id, pages.sequence
            FROM audience.import_pages AS pages
            JOIN audience.import_jobs ON import_jobs.id = pages.job_id
            WHERE import_jobs.finished_at < now() - interval '30 days'
            LIMIT \(limit)
        )
        """
    }
}

/// Forgets dry runs after a day, and uploads that were never completed.
struct PruneImportJobs: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        DELETE FROM audience.import_jobs
        WHERE import_jobs.updated_at < now() - interval '1 day'
            AND (import_jobs.dry_run OR (import_jobs.is_background AND import_jobs.staged_at IS NULL))
        """
    }
}
