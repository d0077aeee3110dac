import Postgres

/// How often an operator had each row sent again.
struct ResendsOfRows: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT recipients.id, recipients.resends FROM campaign.recipients ORDER BY recipients.id" }
    func decode(_ row: Row) throws -> (id: Int64, resends: Int32) { (try row.decode("id"), try row.decode("resends")) }
}
