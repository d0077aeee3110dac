import Postgres

/// How many worker processes have claimed rows.
struct WorkerProcesses: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT count(DISTINCT split_part(recipients.worker, '/', 1)) AS count
        FROM campaign.recipients
        WHERE recipients.worker <> ''
        """
    }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
